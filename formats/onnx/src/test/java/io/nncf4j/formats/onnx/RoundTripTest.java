package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** A model read, raised and written gives the same outputs bit for bit in ONNX Runtime. */
class RoundTripTest extends SharedModels {
  @Override
  void check(Path file) throws Exception {
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
