package io.nncf4j.compression.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.pruning.block.ResidualBlock;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DepthSearchTest {
  private static final int CHANNELS = 8;

  private final Model model =
      new GraphSketch()
          .input("x", 1, CHANNELS, 6, 6)
          .constant("w0", weights(1))
          .constant("w1", weights(2))
          .constant("weak", scaled(weights(3), 0.001f))
          .constant("w3", weights(4))
          .node("first", "Conv", "x", "w0")
          .node("relu", "Relu", "first")
          .node("a", "Conv", "relu", "w1")
          .node("sumA", "Add", "relu", "a")
          .node("b", "Conv", "sumA", "weak")
          .node("sumB", "Add", "sumA", "b")
          .node("last", "Conv", "sumB", "w3")
          .model("last");

  private static Tensor weights(long seed) {
    Random random = new Random(seed);
    float[] values = new float[CHANNELS * CHANNELS];
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) random.nextGaussian() / 3;
    }
    return Tensor.ofFloats(values, CHANNELS, CHANNELS, 1, 1);
  }

  private static Tensor scaled(Tensor tensor, float factor) {
    float[] values = tensor.toFloats();
    for (int index = 0; index < values.length; index++) {
      values[index] *= factor;
    }
    return Tensor.ofFloats(values, tensor.shape());
  }

  private PrunedModel prune(PruningSettings settings) {
    List<Map<String, Tensor>> inputs = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      inputs.add(SyntheticInputs.ofSeed(seed).generate(model.graph().inputs()));
    }
    CalibrationSamples samples = GraphSketch.samples(inputs);
    return new OneShotPruning(new OnnxRuntimeEngine(), settings).prune(model, samples);
  }

  private static PruningSettings quarter() {
    return PruningSettings.of(new PruningGoal(PruningGoal.Kind.FLOPS, 0.25))
        .withMultiple(1)
        .withRemovesBlocks(true);
  }

  @Test
  void takesTheBlockThatDoesLeast() {
    PrunedModel pruned = prune(quarter());

    assertThat(pruned.blocks()).extracting(ResidualBlock::sum).containsExactly("sumB");
    assertThat(pruned.removed()).isEmpty();
    assertThat(pruned.after().flops()).isEqualTo(pruned.before().flops() * 3 / 4);
    assertThat(pruned.model().graph().nodes())
        .extracting(Node::name)
        .containsExactly("first", "relu", "a", "sumA", "last");
    assertThat(pruned.findings())
        .extracting(Finding::code)
        .contains("blocks-removed", "depths-tried");
  }

  @Test
  void leavesBlocksWithIgnoredLayers() {
    IgnoredScope scope = new IgnoredScope(List.of("b"), List.of(), List.of(), List.of(), true);

    assertThat(prune(quarter().withIgnored(scope)).blocks())
        .extracting(ResidualBlock::sum)
        .doesNotContain("sumB");
  }
}
