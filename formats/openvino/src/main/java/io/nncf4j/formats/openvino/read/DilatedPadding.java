package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.graph.Attributes;
import java.util.Arrays;

/**
 * Automatic padding of convolutions with dilations as numbers: ONNX Runtime has no other for them.
 */
final class DilatedPadding {
  private DilatedPadding() {}

  /**
   * @param kernel lengths of the window
   * @throws InexpressibleLayerException when the padding depends on lengths that are not known
   */
  static Attributes explicit(LayerContext layer, Attributes attributes, long[] kernel) {
    long[] ones = new long[kernel.length];
    Arrays.fill(ones, 1);
    long[] dilations = ConvolutionRules.sized(layer, "dilations", ones);
    if (!attributes.has("auto_pad") || Arrays.equals(dilations, ones)) {
      return attributes;
    }
    long[] strides = ConvolutionRules.sized(layer, "strides", ones);
    boolean lower = layer.data.word("auto_pad", "").equals("same_lower");
    long[] pads = new long[2 * kernel.length];
    for (int axis = 0; axis < kernel.length; axis++) {
      long total = total(layer, axis, (kernel[axis] - 1) * dilations[axis] + 1, strides[axis]);
      pads[axis] = lower ? total - total / 2 : total / 2;
      pads[axis + kernel.length] = total - pads[axis];
    }
    return attributes.without("auto_pad").with("pads", pads);
  }

  private static long total(LayerContext layer, int axis, long extent, long stride) {
    if (stride == 1) {
      return extent - 1;
    }
    long length = layer.shape(0).get(axis + 2).lengthOrMinusOne();
    if (length < 0 || stride < 1) {
      throw new InexpressibleLayerException(
          "it has dilations, strides and automatic padding, and its lengths are not known");
    }
    long windows = (length + stride - 1) / stride;
    return Math.max(0, (windows - 1) * stride + extent - length);
  }
}
