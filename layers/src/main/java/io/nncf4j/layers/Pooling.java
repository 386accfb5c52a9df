package io.nncf4j.layers;

import io.nncf4j.core.graph.Attributes;

/** Pools over two spatial dimensions, and what stands between them and a classifier. */
public final class Pooling {
  private Pooling() {}

  /** Largest element of each square window. */
  public static Layer maximum(long kernel, long stride, long padding) {
    return (graph, input) ->
        graph.node(input + "/MaxPool", "MaxPool", window(kernel, stride, padding), input);
  }

  /** Mean of each square window, padding not counted. */
  public static Layer average(long kernel, long stride, long padding) {
    return (graph, input) ->
        graph.node(input + "/AveragePool", "AveragePool", window(kernel, stride, padding), input);
  }

  /** Mean of each channel, as a vector for each sample. */
  public static Layer globalAverage() {
    return (graph, input) -> {
      String pooled =
          graph.node(input + "/GlobalAveragePool", "GlobalAveragePool", Attributes.NONE, input);
      return flatten().build(graph, pooled);
    };
  }

  /** Everything but the batch as one axis. */
  public static Layer flatten() {
    return (graph, input) ->
        graph.node(input + "/Flatten", "Flatten", Attributes.NONE.with("axis", 1), input);
  }

  private static Attributes window(long kernel, long stride, long padding) {
    return Attributes.NONE
        .with("kernel_shape", kernel, kernel)
        .with("strides", stride, stride)
        .with("pads", padding, padding, padding, padding);
  }
}
