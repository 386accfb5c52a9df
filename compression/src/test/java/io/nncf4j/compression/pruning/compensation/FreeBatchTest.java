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

  private static Model reshaped(long... shape) {
    return new GraphSketch()
        .input("x", 1, 2, 4)
        .constant("shape", Tensor.vector(shape))
        .node("flat", "Reshape", Attributes.NONE, "x", "shape")
        .node("last", "Relu", "flat")
        .model("last");
  }

  @Test
  void shapesThatBeginWithOneLetSeveralSamplesThrough() {
    assertThat(isPossible(reshaped(1, 8))).isTrue();
    assertThat(isPossible(reshaped(1, -1))).isTrue();
    assertThat(isPossible(reshaped(1, 2, 2, 2))).isTrue();
  }

  @Test
  void samplesThatMixOrDoNotFitAreFound() {
    assertThat(isPossible(reshaped(2, 4))).isFalse();
    assertThat(isPossible(reshaped(8))).isFalse();
  }

  @Test
  void aModelForAnyNumberStaysAsItIs() {
    Model model = new GraphSketch().input("x", 3, 2).node("last", "Relu", "x").model("last");
    assertThat(FreeBatch.of(model)).isSameAs(model);
    assertThat(isPossible(model)).isFalse();
  }
}
