package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.core.graph.Model;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The ONNX operator cases: read, raised and written, each gives the expected outputs; and those of
 * the file itself bit for bit.
 */
class OperatorCasesTest {
  @TestFactory
  Stream<DynamicTest> casesThatTheRuntimePasses() throws IOException {
    return cases("match").stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.get("name").asText(), () -> givesTheExpectedOutputs(one, true)));
  }

  /** The runtime itself does not run opset 6 where operators changed at 7; raised, it does. */
  @TestFactory
  Stream<DynamicTest> casesOfOldOpsetsThatOnlyRunWhenRaised() throws IOException {
    return cases("unsupported").stream()
        .filter(one -> one.get("opset").get("ai.onnx").asInt() < 7)
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.get("name").asText(), () -> givesTheExpectedOutputs(one, false)));
  }

  private static List<JsonNode> cases(String runtimeCheck) throws IOException {
    JsonNode index =
        new ObjectMapper()
            .readTree(Files.readAllBytes(SharedFiles.oracle("onnx-node-tests/index.json")));
    List<JsonNode> cases = new ArrayList<>();
    for (JsonNode one : index) {
      if (one.get("runtime_check").asText().equals(runtimeCheck)) {
        cases.add(one);
      }
    }
    return cases;
  }

  private static void givesTheExpectedOutputs(JsonNode one, boolean originalRuns) throws Exception {
    Path folder = SharedFiles.oracle("onnx-node-tests").resolve(one.get("name").asText());
    Path file = folder.resolve("model.onnx");
    Model model = new OnnxReader().read(file);
    byte[] written = OnnxWriter.toBytes(model);
    for (JsonNode data : one.get("data_sets")) {
      Map<String, Tensor> inputs = tensors(folder, data.get("inputs"));
      Map<String, Tensor> outputs = Runtime.run(written, inputs);
      tensors(folder, data.get("outputs"))
          .forEach(
              (name, expected) ->
                  assertClose(
                      name,
                      outputs.get(name),
                      expected,
                      one.get("rtol").asDouble(),
                      one.get("atol").asDouble()));
      if (originalRuns) {
        assertThat(outputs).isEqualTo(Runtime.run(Files.readAllBytes(file), inputs));
      }
    }
  }

  private static Map<String, Tensor> tensors(Path folder, JsonNode list) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (JsonNode tensor : list) {
      tensors.put(
          tensor.get("name").asText(),
          Inputs.tensor(NpyArray.read(folder.resolve(tensor.get("file").asText()))));
    }
    return tensors;
  }

  private static void assertClose(
      String name, Tensor actual, Tensor expected, double relative, double absolute) {
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    for (int index = 0; index < expected.size(); index++) {
      double a = actual.doubleAt(index);
      double b = expected.doubleAt(index);
      boolean isClose =
          a == b
              || (Double.isNaN(a) && Double.isNaN(b))
              || (expected.dataType().isFloatingPoint()
                  && Math.abs(a - b) <= absolute + relative * Math.abs(b));
      assertThat(isClose).as("%s[%d]: %s, expected %s", name, index, a, b).isTrue();
    }
  }
}
