package io.nncf4j.compression.pruning.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.compression.GraphSketch;
import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayerReconstructionTest {
  private static final Attributes PADDED = Attributes.NONE.with("pads", 1L, 1L, 1L, 1L);

  private static float[] random(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int index = 0; index < count; index++) {
      values[index] = (float) random.nextGaussian() / 3;
    }
    return values;
  }

  /** The first layer makes each channel twice. */
  private static Model twins() {
    float[] once = random(2 * 2 * 9, 1);
    float[] twice = new float[2 * once.length];
    System.arraycopy(once, 0, twice, 0, once.length);
    System.arraycopy(once, 0, twice, once.length, once.length);
    return new GraphSketch()
        .input("x", 2, 2, 8, 8)
        .constant("w1", Tensor.ofFloats(twice, 4, 2, 3, 3))
        .constant("w2", Tensor.ofFloats(random(3 * 4 * 9, 2), 3, 4, 3, 3))
        .node("one", "Conv", PADDED, "x", "w1")
        .node("relu", "Relu", "one")
        .node("two", "Conv", PADDED, "relu", "w2")
        .node("last", "Relu", "two")
        .model("last");
  }

  @Test
  void whatATwinDidIsDoneByTheOther() {
    Model model = twins();
    ChannelAnalysis analysis = ChannelAnalysis.of(model);
    List<ChannelUnit> removed = analysis.groups().get(0).units().subList(2, 4);
    Model pruned = new RemoveChannels(analysis).remove(removed);
    List<Map<String, Tensor>> batches = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      batches.add(SyntheticInputs.ofSeed(seed).generate(model.graph().inputs()));
    }

    Model fitted =
        new LayerReconstruction(
                new OnnxRuntimeEngine(), SessionOptions.defaults(), analysis.model(), batches)
            .fit(analysis, removed, pruned);

    Map<String, Tensor> unseen = SyntheticInputs.ofSeed(9).generate(model.graph().inputs());
    assertThat(worst(model, pruned, unseen)).isGreaterThan(0.3);
    assertThat(worst(model, fitted, unseen)).isLessThan(0.05);
  }

  @Test
  void leavesLayersWithTooFewSamples() {
    Model model =
        new GraphSketch()
            .input("x", 1, 2, 1, 1)
            .constant("w", Tensor.ofFloats(random(4, 1), 2, 2, 1, 1))
            .node("one", "Conv", "x", "w")
            .node("two", "Conv", "one", "w")
            .model("two");
    Model unchanged =
        new LayerReconstruction(
                new OnnxRuntimeEngine(),
                SessionOptions.defaults(),
                model,
                List.of(SyntheticInputs.ofSeed(1).generate(model.graph().inputs())))
            .fit(ChannelAnalysis.ofNormalized(model), List.of(), model);

    assertThat(unchanged).isEqualTo(model);
  }

  private static double worst(Model expected, Model found, Map<String, Tensor> inputs) {
    Tensor one = GraphSketch.run(expected, inputs).get("last");
    Tensor other = GraphSketch.run(found, inputs).get("last");
    double worst = 0;
    for (int index = 0; index < one.size(); index++) {
      worst = Math.max(worst, Math.abs(one.doubleAt(index) - other.doubleAt(index)));
    }
    return worst;
  }

  @Test
  void leastSquaresFindsALinearMap() {
    float[][] points = {{1, 2}, {3, -1}, {0, 4}, {-2, 1}, {5, 5}};
    LeastSquares sums = new LeastSquares(2, 1);
    for (float[] x : points) {
      float y = 3 * x[0] - 2 * x[1] + 7;
      float[] squares = {x[0] * x[0], x[0] * x[1], x[1] * x[0], x[1] * x[1]};
      sums.add(squares, new float[] {x[0] * y, x[1] * y}, x, new float[] {y}, 1);
    }

    LeastSquares.Solution free = sums.solve(new float[] {0, 0}, 1e-12);
    assertThat(free.weights()).containsExactly(new double[] {3, -2}, within(1e-6));
    assertThat(free.shifts()).containsExactly(new double[] {7}, within(1e-6));
    assertThat(sums.solve(new float[] {1, 1}, 1e9).weights())
        .containsExactly(new double[] {1, 1}, within(1e-6));
  }
}
