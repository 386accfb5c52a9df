package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A model read, raised and written gives the same outputs bit for bit in ONNX Runtime. */
class RoundTripTest {
  @TestFactory
  Stream<DynamicTest> realModels() throws IOException {
    return models(SharedFiles.data("models"));
  }

  @TestFactory
  Stream<DynamicTest> pruningModels() throws IOException {
    return models(SharedFiles.oracle("pruning/models"));
  }

  @TestFactory
  Stream<DynamicTest> exportsOfPyTorch() throws IOException {
    return models(SharedFiles.oracle("torch-export"));
  }

  @TestFactory
  Stream<DynamicTest> smallModelsAndTheirQuantizedForms() throws IOException {
    return models(SharedFiles.oracle("nncf-synthetic"));
  }

  private static Stream<DynamicTest> models(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".onnx"))
          .sorted()
          .map(
              file ->
                  DynamicTest.dynamicTest(
                      folder.relativize(file).toString(), () -> givesTheSameOutputs(file)))
          .toList()
          .stream();
    }
  }

  private static void givesTheSameOutputs(Path file) throws Exception {
    Model model = new OnnxReader().read(file);
    byte[] written = OnnxWriter.toBytes(model);
    Map<String, Tensor> inputs = Inputs.random(model, 64);

    assertThat(model.opset()).isGreaterThanOrEqualTo(Model.CANONICAL_OPSET);
    Map<String, Tensor> expected;
    try {
      expected = Runtime.run(Files.readAllBytes(file), inputs);
    } catch (OrtException e) {
      Assumptions.abort("the runtime does not run the original either: " + e.getMessage());
      return;
    }
    assertThat(Runtime.run(written, inputs)).isEqualTo(expected);
  }
}
