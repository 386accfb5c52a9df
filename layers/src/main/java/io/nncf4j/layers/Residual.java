package io.nncf4j.layers;

import io.nncf4j.core.graph.Attributes;

/**
 * The sum of a main branch and a shortcut from the same input.
 *
 * @param shortcut {@link #IDENTITY} or a projection
 */
public record Residual(Layer main, Layer shortcut) implements Layer {
  /** The input itself. */
  public static final Layer IDENTITY = (graph, input) -> input;

  @Override
  public String build(GraphBuilder graph, String input) {
    String left = main.build(graph, input);
    String right = shortcut.build(graph, input);
    return graph.node(left + "/Add", "Add", Attributes.NONE, left, right);
  }
}
