package io.nncf4j.layers;

import io.nncf4j.core.graph.Attributes;

/**
 * {@code y = x · weightᵀ + bias} on a batch of vectors.
 *
 * @param name prefix of {@code name.weight} and {@code name.bias}
 */
public record Linear(String name, long inputs, long outputs) implements Layer {
  @Override
  public String build(GraphBuilder graph, String input) {
    return graph.node(
        name,
        "Gemm",
        Attributes.NONE.with("transB", 1),
        input,
        graph.parameter(name + ".weight", Initializer.kaimingUniform(), outputs, inputs),
        graph.parameter(
            name + ".bias", Initializer.uniform(1 / Math.sqrt((double) inputs)), outputs));
  }
}
