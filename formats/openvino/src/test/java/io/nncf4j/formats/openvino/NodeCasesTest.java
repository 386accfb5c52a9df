package io.nncf4j.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.NpyArray;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ONNX operator cases, each written as IR, read again and run: what can be written gives the
 * expected outputs. Judge of the outputs is an independent implementation, of the IR only our own
 * reader.
 */
class NodeCasesTest {
  /** Cases that could be written when this was last looked at; fewer is a step back. */
  private static final int AT_LEAST = 640;

  @TempDir Path folder;

  @Test
  void whatCanBeWrittenGivesTheExpectedOutputs() throws IOException {
    JsonNode index =
        new ObjectMapper()
            .readTree(Files.readAllBytes(SharedFiles.oracle("onnx-node-tests/index.json")));
    int written = 0;
    Map<String, Integer> refused = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    for (JsonNode one : index) {
      if (!one.get("runtime_check").asText().equals("match")) {
        continue;
      }
      String name = one.get("name").asText();
      try {
        String problem = check(one);
        written++;
        if (!problem.isEmpty()) {
          wrong.add(name + ": " + problem);
        }
      } catch (UnsupportedOperatorException e) {
        e.unsupported().forEach(each -> refused.merge(each.operator(), 1, Integer::sum));
      }
    }
    System.getLogger("nncf.cases")
        .log(System.Logger.Level.INFO, written + " cases written; not: " + refused);
    assertThat(wrong).isEmpty();
    assertThat(written).isGreaterThanOrEqualTo(AT_LEAST);
  }

  private String check(JsonNode one) throws IOException {
    Path cases = SharedFiles.oracle("onnx-node-tests").resolve(one.get("name").asText());
    Model model = ModelFiles.read(cases.resolve("model.onnx"));
    Path target = folder.resolve("case.xml");
    Files.deleteIfExists(target);
    Files.deleteIfExists(folder.resolve("case.bin"));
    new OpenVinoWriter().write(model, target);
    for (JsonNode data : one.get("data_sets")) {
      Map<String, Tensor> inputs = tensors(cases, data.get("inputs"));
      Map<String, Tensor> expected = tensors(cases, data.get("outputs"));
      List<Tensor> found;
      try {
        found = Running.run(ModelFiles.read(target), inputs);
      } catch (io.nncf4j.core.NncfException e) {
        return String.valueOf(e.getMessage());
      }
      int output = 0;
      for (Tensor wanted : expected.values()) {
        String problem =
            difference(
                found.get(output++),
                wanted,
                one.get("rtol").asDouble(),
                one.get("atol").asDouble());
        if (!problem.isEmpty()) {
          return problem;
        }
      }
    }
    return "";
  }

  private static String difference(Tensor found, Tensor wanted, double relative, double absolute) {
    if (!java.util.Arrays.equals(found.shape(), wanted.shape())) {
      return found + " instead of " + wanted;
    }
    for (int index = 0; index < wanted.size(); index++) {
      double a = found.doubleAt(index);
      double b = wanted.doubleAt(index);
      boolean close =
          a == b
              || (Double.isNaN(a) && Double.isNaN(b))
              || (wanted.dataType().isFloatingPoint()
                  && Math.abs(a - b) <= absolute + Math.max(relative, 1e-5) * Math.abs(b) + 1e-6);
      if (!close) {
        return "[" + index + "]: " + a + " instead of " + b;
      }
    }
    return "";
  }

  private static Map<String, Tensor> tensors(Path folder, JsonNode list) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (JsonNode tensor : list) {
      NpyArray array = NpyArray.read(folder.resolve(tensor.get("file").asText()));
      tensors.put(
          tensor.get("name").asText(), Tensor.of(type(array.type()), array.shape(), array.bytes()));
    }
    return tensors;
  }

  private static DataType type(String name) {
    return switch (name) {
      case "f2" -> DataType.FLOAT16;
      case "f4" -> DataType.FLOAT32;
      case "f8" -> DataType.FLOAT64;
      case "b1" -> DataType.BOOL;
      default ->
          DataType.valueOf((name.charAt(0) == 'u' ? "UINT" : "INT") + 8 * (name.charAt(1) - '0'));
    };
  }
}
