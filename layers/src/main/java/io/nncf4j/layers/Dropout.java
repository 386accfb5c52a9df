package io.nncf4j.layers;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.Tensor;

/**
 * Drops elements in training, at random, and scales the others up; the identity in evaluation.
 *
 * @param ratio share of elements that are dropped
 */
public record Dropout(float ratio) implements Layer {
  @Override
  public String build(GraphBuilder graph, String input) {
    String name = input + "/Dropout";
    String share = graph.constant(name + ".ratio", Tensor.scalar(ratio));
    return graph.node(name, "Dropout", Attributes.NONE, input, share);
  }
}
