package io.nncf4j.compression.pruning.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreeBatchTest {
  private static boolean isPossible(Model model) {
    return FreeBatch.isPossible(
        new OnnxRuntimeEngine(),
        SessionOptions.defaults(),
        model,
        List.of(
            SyntheticInputs.ofSeed(1).generate(model.graph().inputs()),
            SyntheticInputs.ofSeed(2).generate(model.graph().inputs())));
  }

  private static float[] rising(int count) {
    float[] values = new float[count];
    for (int index = 0; index < count; index++) {
      values[index] = index * 0.1f;
    }
    return values;
  }

  /** A reshape before the last layer. */
  private static Model reshaped(long... shape) {
    int inputs = (int) (shape[shape.length - 1] == -1 ? 8 : shape[shape.length - 1]);
    return new GraphSketch()
        .input("x", 1, 2, 4)
        .constant("shape", Tensor.vector(shape))
        .constant("w", Tensor.ofFloats(rising(inputs * 3), inputs, 3))
        .constant("b", Tensor.ofFloats(new float[] {1, 2, 3}, 3))
        .node("flat", "Reshape", Attributes.NONE, "x", "shape")
        .node("last", "Gemm", Attributes.NONE, "flat", "w", "b")
        .model("last");
  }

  @Test
  void shapesThatBeginWithOneLetSeveralSamplesThrough() {
    assertThat(isPossible(reshaped(1, 8))).isTrue();
    assertThat(isPossible(reshaped(1, -1))).isTrue();
  }

  @Test
  void samplesThatMixOrDoNotFitAreFound() {
    assertThat(isPossible(reshaped(2, 4))).isFalse();
  }

  @Test
  void whatComesBehindTheLastLayerDoesNotMatter() {
    Model boxes =
        new GraphSketch()
            .input("x", 1, 4)
            .constant("w", Tensor.ofFloats(rising(16), 4, 4))
            .constant("shape", Tensor.vector(2, 2))
            .node("layer", "Gemm", Attributes.NONE, "x", "w")
            .node("last", "Reshape", Attributes.NONE, "layer", "shape")
            .model("last");
    assertThat(isPossible(boxes)).isTrue();
  }

  @Test
  void aModelForAnyNumberStaysAsItIs() {
    Model model = new GraphSketch().input("x", 3, 2).node("last", "Relu", "x").model("last");
    assertThat(FreeBatch.of(model)).isSameAs(model);
    assertThat(isPossible(model)).isFalse();
  }
}
