package io.nncf4j.compression.training.binarization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.GraphBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of two values become bits, and the same floats come out of them. */
class PackBinaryWeightsTest {
  @TempDir private Path folder;

  private static Model convolution() {
    return GraphBuilder.network(
        "convolution",
        1,
        "x",
        Shape.of(Dimension.of(1), Dimension.of(64), Dimension.of(6), Dimension.of(6)),
        Convolution.of("conv", 64, 64, 3),
        "y");
  }

  private static Model binary() {
    Model model = convolution();
    Random random = new Random(2);
    float[] weight = new float[64 * 64 * 9];
    for (int index = 0; index < weight.length; index++) {
      float scale = 0.1f + index / 576 * 0.013f;
      weight[index] = random.nextBoolean() ? scale : -scale;
    }
    GraphEditor editor = new GraphEditor(model.graph());
    editor.constant("conv.weight", Tensor.ofFloats(weight, 64, 64, 3, 3));
    return model.withGraph(editor.build());
  }

  private static float[] run(Model model) {
    float[] values = new float[64 * 36];
    Random random = new Random(3);
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) random.nextGaussian();
    }
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(values, 1, 64, 6, 6));
    try (Session session = new OnnxRuntimeEngine().compile(model, SessionOptions.defaults())) {
      String output = model.graph().outputs().get(0).name();
      return Objects.requireNonNull(session.run(inputs).get(output)).toFloats();
    }
  }

  @Test
  void theSameFloatsComeOutOfAFileOfBits() throws IOException {
    Model before = binary();
    Model packed = new PackBinaryWeights().apply(before).model();
    assertThat(packed.graph().constants()).doesNotContainKey("conv.weight");
    assertThat(run(packed)).isEqualTo(run(before));
    Path whole = folder.resolve("whole.onnx");
    Path small = folder.resolve("small.onnx");
    ModelFiles.write(before, whole, false);
    ModelFiles.write(packed, small, false);
    assertThat(Files.size(whole)).isGreaterThan(147_456);
    assertThat(Files.size(small)).isLessThan(7_000);
    assertThat(run(ModelFiles.read(small))).isEqualTo(run(before));
  }

  @Test
  void otherWeightsStayAsTheyAre() {
    Model model = convolution();
    assertThat(new PackBinaryWeights().apply(model).model()).isSameAs(model);
  }

  @Test
  void whatIsPackedStaysSo() {
    Model packed = new PackBinaryWeights().apply(binary()).model();
    assertThat(new PackBinaryWeights().apply(packed).hasChanged()).isFalse();
  }
}
