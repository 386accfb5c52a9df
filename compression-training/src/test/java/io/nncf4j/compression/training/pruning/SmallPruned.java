package io.nncf4j.compression.training.pruning;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.layers.Activation;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Linear;
import io.nncf4j.layers.Pooling;
import io.nncf4j.layers.Sequential;

/** Two convolutions of which filters can go, {@code a} and {@code b}. */
final class SmallPruned {
  private SmallPruned() {}

  static Model model() {
    return GraphBuilder.network(
        "pruned",
        1,
        "x",
        Shape.of(Dimension.symbol("batch"), Dimension.of(3), Dimension.of(8), Dimension.of(8)),
        Sequential.of(
            Convolution.of("a", 3, 16, 3),
            Activation.RELU,
            Convolution.of("b", 16, 16, 3),
            Activation.RELU,
            Pooling.globalAverage(),
            new Linear("fc", 16, 4)),
        "logits");
  }
}
