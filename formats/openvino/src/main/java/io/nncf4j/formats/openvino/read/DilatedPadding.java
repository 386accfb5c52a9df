package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Shape;
import java.util.Arrays;

/**
 * Automatic padding as numbers, for windows with gaps: runtimes of ONNX refuse {@code SAME_UPPER}
 * and {@code SAME_LOWER} together with dilations.
 */
final class DilatedPadding {
  private DilatedPadding() {}

  /**
   * The attributes, with {@code pads} in the place of {@code auto_pad} where there are dilations.
   *
   * @param kernel window lengths, one for each spatial axis
   * @throws InexpressibleLayerException when the padding depends on a length that is not known
   */
  static Attributes explicit(LayerContext layer, Attributes attributes, long[] kernel) {
    long[] ones = new long[kernel.length];
    Arrays.fill(ones, 1);
    long[] dilations = ConvolutionRules.sized(layer, "dilations", ones);
    if (!attributes.has("auto_pad") || Arrays.equals(dilations, ones)) {
      return attributes;
    }
    return attributes.without("auto_pad").with("pads", pads(layer, kernel));
  }

  /** The padding, before and after each spatial axis. */
  static long[] pads(LayerContext layer, long[] kernel) {
    long[] ones = new long[kernel.length];
    Arrays.fill(ones, 1);
    long[] dilations = ConvolutionRules.sized(layer, "dilations", ones);
    long[] strides = ConvolutionRules.sized(layer, "strides", ones);
    boolean lower = layer.data.word("auto_pad", "").equals("same_lower");
    int spatial = kernel.length;
    long[] pads = new long[2 * spatial];
    for (int axis = 0; axis < spatial; axis++) {
      long extent = Math.addExact(Math.multiplyExact(kernel[axis] - 1, dilations[axis]), 1);
      long total = Math.max(0, extent - covered(layer, axis, spatial, strides[axis]));
      long begin = lower ? total - total / 2 : total / 2;
      pads[axis] = begin;
      pads[axis + spatial] = total - begin;
    }
    return pads;
  }

  /** How much of the last window lies on the input: one stride, or what is left at the end. */
  private static long covered(LayerContext layer, int axis, int spatial, long stride) {
    if (stride == 1) {
      return 1;
    }
    Shape shape = layer.type(0).shape();
    long length =
        shape == null || shape.rank() != spatial + 2 ? -1 : shape.get(axis + 2).lengthOrMinusOne();
    if (length < 0 || stride < 1) {
      throw new InexpressibleLayerException(
          "its auto_pad depends on lengths that are not known, and ONNX runtimes know no auto_pad"
              + " with dilations");
    }
    return length % stride == 0 ? stride : length % stride;
  }
}
