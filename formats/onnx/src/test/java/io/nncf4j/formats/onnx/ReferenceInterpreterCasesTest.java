package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.reference.Interpreter;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.onnx.proto.Onnx;
import io.nncf4j.testing.NpyArray;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every ONNX operator case whose operators the reference interpreter knows matches its output. */
class ReferenceInterpreterCasesTest {
  private static final int CASES_REACHED = 779;

  /** Its expected values are truncated; ONNX asks for rounding to nearest even. */
  private static final String TRUNCATED = "test_cast_FLOAT_to_BFLOAT16";

  @Test
  void matchesEveryCaseThatItSupports() throws IOException {
    Path folder = SharedFiles.oracle("onnx-node-tests");
    JsonNode index = new ObjectMapper().readTree(folder.resolve("index.json").toFile());
    List<String> failures = new ArrayList<>();
    Map<String, Integer> unsupported = new TreeMap<>();
    int ran = 0;
    for (JsonNode one : index) {
      Path at = folder.resolve(one.get("name").asText());
      Model model = new OnnxReader().read(at.resolve("model.onnx"));
      List<String> missing =
          model.graph().nodes().stream()
              .filter(node -> !Interpreter.supports(node))
              .map(node -> node.operator().toString())
              .distinct()
              .toList();
      missing.forEach(operator -> unsupported.merge(operator, 1, Integer::sum));
      // The reference and ONNX Runtime disagree about a few cases; they decide nothing.
      if (!missing.isEmpty()
          || one.get("name").asText().equals(TRUNCATED)
          || one.get("runtime_check").asText().equals("values differ")) {
        continue;
      }
      ran++;
      for (JsonNode data : one.get("data_sets")) {
        String failure = run(one, model, at, data);
        if (failure != null) {
          failures.add(one.get("name").asText() + ": " + failure);
        }
      }
    }
    System.out.println(
        "reference interpreter: "
            + ran
            + " of "
            + index.size()
            + " cases ran; not supported: "
            + unsupported);
    assertThat(failures).isEmpty();
    assertThat(ran).isGreaterThanOrEqualTo(CASES_REACHED);
  }

  private static @Nullable String run(JsonNode one, Model model, Path folder, JsonNode data)
      throws IOException {
    Map<String, Tensor> inputs = new HashMap<>();
    for (JsonNode input : data.get("inputs")) {
      inputs.put(input.get("name").asText(), tensor(folder, input));
    }
    List<Tensor> outputs;
    try {
      outputs = new Interpreter().run(model.graph(), inputs);
    } catch (NncfException e) {
      return e.getMessage();
    } catch (RuntimeException e) {
      return e.toString() + " at " + e.getStackTrace()[0] + e.getStackTrace()[1];
    }
    for (int index = 0; index < outputs.size(); index++) {
      for (JsonNode output : data.get("outputs")) {
        if (output.get("name").asText().equals(model.graph().outputs().get(index).name())) {
          Tensor expected = tensor(folder, output);
          String difference = difference(one, outputs.get(index), expected);
          if (difference != null) {
            return "output " + index + " " + difference;
          }
        }
      }
    }
    return null;
  }

  private static @Nullable String difference(JsonNode one, Tensor actual, Tensor expected) {
    if (!actual.toString().equals(expected.toString())) {
      return "is " + actual + ", expected " + expected;
    }
    double relative = one.get("rtol").asDouble();
    double absolute = one.get("atol").asDouble();
    boolean exact = !expected.dataType().isFloatingPoint();
    for (int index = 0; index < expected.size(); index++) {
      double a = actual.doubleAt(index);
      double b = expected.doubleAt(index);
      boolean same = a == b || (Double.isNaN(a) && Double.isNaN(b));
      if (!same && (exact || !(Math.abs(a - b) <= absolute + relative * Math.abs(b)))) {
        return "[" + index + "] is " + a + ", expected " + b;
      }
    }
    return null;
  }

  private static Tensor tensor(Path folder, JsonNode description) throws IOException {
    Path file = folder.resolve(description.get("file").asText());
    if (file.toString().endsWith(".pb")) {
      Onnx.TensorProto message =
          Onnx.TensorProto.parseFrom(ByteString.copyFrom(Files.readAllBytes(file)));
      // bfloat16 is stored as its bits in a tensor of uint16.
      Tensor stored = new TensorDecoder(new ExternalData(folder)).decode(message);
      return description.get("elem_type").asText().equals("BFLOAT16")
          ? Tensor.of(DataType.BFLOAT16, stored.shape(), stored.data())
          : stored;
    }
    NpyArray array = NpyArray.read(file);
    return Tensor.of(type(description.get("elem_type").asText()), array.shape(), array.bytes());
  }

  private static DataType type(String name) {
    return switch (name) {
      case "FLOAT" -> DataType.FLOAT32;
      case "DOUBLE" -> DataType.FLOAT64;
      default -> DataType.valueOf(name);
    };
  }
}
