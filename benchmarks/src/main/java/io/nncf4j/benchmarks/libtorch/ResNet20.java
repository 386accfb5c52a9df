package io.nncf4j.benchmarks.libtorch;

import io.nncf4j.core.graph.Model;
import io.nncf4j.learning.Optimizer;
import io.nncf4j.learning.StochasticGradientDescent;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** One of the two ways to run ResNet-20: from its graph, or by direct calls. */
interface ResNet20 extends AutoCloseable {
  /**
   * What both ways are given.
   *
   * @param trains false for the forward pass of evaluation only
   */
  record Setting(Model model, boolean trains, int threads) {}

  /** Runs one step and returns the loss. */
  double step(CifarSamples.Batch batch);

  @Override
  void close();

  static ResNet20 of(String kind, Setting setting) {
    return switch (kind) {
      case "graph" -> new GraphResNet20(setting);
      case "direct" -> new HandWrittenResNet20(setting);
      default -> throw new IllegalArgumentException("graph or direct; found " + kind);
    };
  }

  static Optimizer optimizer(List<Tensor> parameters) {
    return new StochasticGradientDescent(
        parameters,
        StochasticGradientDescent.Options.of(0.01).withMomentum(0.9, false).withWeightDecay(1e-4));
  }
}
