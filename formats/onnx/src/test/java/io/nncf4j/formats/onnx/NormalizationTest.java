package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.core.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Normalised models give the outputs of the originals in ONNX Runtime, and stay as they are. */
class NormalizationTest extends SharedModels {
  @Override
  void check(Path file) throws Exception {
    Model model = new OnnxReader().read(file);
    Map<String, Tensor> inputs = Inputs.random(model, 64);
    Map<String, Tensor> expected;
    try {
      expected = Runtime.run(Files.readAllBytes(file), inputs);
    } catch (OrtException e) {
      Assumptions.abort("the runtime does not run the original either: " + e.getMessage());
      return;
    }
    PassResult result = Normalization.standard().apply(model);
    Model normal = result.model();
    assertThat(Normalization.standard().apply(normal).model())
        .as("normalization is idempotent")
        .isSameAs(normal);
    long kept = result.findings().stream().filter(f -> f.code().endsWith("-kept")).count();
    assertThat(normal.graph().nodes().stream().filter(node -> node.is("BatchNormalization")))
        .as("every batch normalization that stays is explained")
        .hasSize((int) kept);
    assertThat(normal.graph().nodes()).noneMatch(NormalizationTest::isLeftOver);

    Map<String, Tensor> actual = Runtime.run(OnnxWriter.toBytes(normal), inputs);
    expected.forEach((name, tensor) -> assertClose(name, actual.get(name), tensor));
  }

  private static boolean isLeftOver(Node node) {
    return node.is("Dropout");
  }

  private static void assertClose(String name, Tensor actual, Tensor expected) {
    assertThat(actual.toString()).as(name).isEqualTo(expected.toString());
    double largest = 0;
    for (double value : expected.toDoubles()) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int index = 0; index < expected.size(); index++) {
      double a = actual.doubleAt(index);
      double b = expected.doubleAt(index);
      assertThat(
              a == b || (Double.isNaN(a) && Double.isNaN(b)) || Math.abs(a - b) <= 1e-4 * largest)
          .as("%s[%d]: %s, expected %s", name, index, a, b)
          .isTrue();
    }
  }
}
