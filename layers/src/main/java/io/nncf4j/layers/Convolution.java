package io.nncf4j.layers;

import io.nncf4j.core.graph.Attributes;

/**
 * Convolution over two spatial dimensions, with square kernel, stride and padding.
 *
 * @param name prefix of the parameters: {@code name.weight}, {@code name.bias}
 */
public record Convolution(
    String name,
    long inputs,
    long outputs,
    long kernel,
    long stride,
    long padding,
    long groups,
    boolean bias)
    implements Layer {
  /** Stride 1, padding that keeps the size, one group, no bias. */
  public static Convolution of(String name, long inputs, long outputs, long kernel) {
    return new Convolution(name, inputs, outputs, kernel, 1, kernel / 2, 1, false);
  }

  public Convolution withStride(long newStride) {
    return new Convolution(name, inputs, outputs, kernel, newStride, padding, groups, bias);
  }

  public Convolution withPadding(long newPadding) {
    return new Convolution(name, inputs, outputs, kernel, stride, newPadding, groups, bias);
  }

  public Convolution withGroups(long newGroups) {
    return new Convolution(name, inputs, outputs, kernel, stride, padding, newGroups, bias);
  }

  public Convolution withBias() {
    return new Convolution(name, inputs, outputs, kernel, stride, padding, groups, true);
  }

  @Override
  public String build(GraphBuilder graph, String input) {
    Attributes attributes =
        Attributes.NONE
            .with("kernel_shape", kernel, kernel)
            .with("strides", stride, stride)
            .with("pads", padding, padding, padding, padding)
            .with("dilations", 1, 1)
            .with("group", groups);
    String weight =
        graph.parameter(
            name + ".weight",
            Initializer.kaimingNormal(),
            outputs,
            inputs / groups,
            kernel,
            kernel);
    if (!bias) {
      return graph.node(name, "Conv", attributes, input, weight);
    }
    String shift = graph.parameter(name + ".bias", Initializer.constant(0), outputs);
    return graph.node(name, "Conv", attributes, input, weight, shift);
  }
}
