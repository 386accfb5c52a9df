package io.nncf4j.layers;

import io.nncf4j.core.graph.Attributes;

/**
 * Batch normalisation with running statistics.
 *
 * @param name prefix of {@code name.weight}, {@code .bias}, {@code .running_mean}, {@code
 *     .running_var}
 * @param momentum share of the batch in the running statistics, as PyTorch counts it (0.1)
 */
public record BatchNormalization(String name, long channels, float epsilon, float momentum)
    implements Layer {
  public static BatchNormalization of(String name, long channels) {
    return new BatchNormalization(name, channels, 1e-5f, 0.1f);
  }

  @Override
  public String build(GraphBuilder graph, String input) {
    return graph.node(
        name,
        "BatchNormalization",
        Attributes.NONE.with("epsilon", epsilon).with("momentum", 1 - momentum),
        input,
        graph.parameter(name + ".weight", Initializer.constant(1), channels),
        graph.parameter(name + ".bias", Initializer.constant(0), channels),
        graph.parameter(name + ".running_mean", Initializer.constant(0), channels),
        graph.parameter(name + ".running_var", Initializer.constant(1), channels));
  }
}
