package io.nncf4j.layers;

/** A piece of a network: adds its nodes and weights to a graph that is being built. */
@FunctionalInterface
public interface Layer {
  /**
   * @param input name of the value that the layer reads
   * @return name of the value that it defines
   */
  String build(GraphBuilder graph, String input);
}
