package io.nncf4j.engines.libtorch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.NpyArray;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The ONNX conformance cases of the shared folder. */
final class NodeCases {
  /** One case. */
  record Case(String name, JsonNode description, Path folder) {
    double relativeTolerance() {
      return description.get("rtol").asDouble();
    }

    double absoluteTolerance() {
      return description.get("atol").asDouble();
    }

    Model model() {
      return ModelFiles.read(folder.resolve("model.onnx"));
    }

    List<JsonNode> dataSets() {
      List<JsonNode> sets = new ArrayList<>();
      description.get("data_sets").forEach(sets::add);
      return sets;
    }

    /** Inputs or outputs of a data set, in order, by the names that the graph gives them. */
    Map<String, Tensor> tensors(JsonNode descriptions, List<Value> values) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      int index = 0;
      for (JsonNode one : descriptions) {
        tensors.put(values.get(index++).name(), read(one));
      }
      return tensors;
    }

    private Tensor read(JsonNode one) {
      Path file = folder.resolve(one.get("file").asText());
      if (file.toString().endsWith(".pb")) {
        return TensorProtoFile.read(file, dataType(one.get("elem_type").asText()));
      }
      NpyArray array = NpyArray.read(file);
      DataType type = dataType(one.get("elem_type").asText());
      return Tensor.of(type, array.shape(), array.bytes());
    }
  }

  private NodeCases() {}

  private static DataType dataType(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "FLOAT" -> DataType.FLOAT32;
      case "DOUBLE" -> DataType.FLOAT64;
      default -> DataType.valueOf(name.toUpperCase(Locale.ROOT).replace("FLOAT8E", "FLOAT8_E"));
    };
  }

  static List<Case> all() throws IOException {
    Path folder = SharedFiles.oracle("onnx-node-tests");
    List<Case> cases = new ArrayList<>();
    for (JsonNode one : new ObjectMapper().readTree(folder.resolve("index.json").toFile())) {
      String name = one.get("name").asText();
      cases.add(new Case(name, one, folder.resolve(name)));
    }
    return cases;
  }
}
