package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Pooling. Where lengths are known, rounding up and automatic padding become explicit padding, so
 * that the outputs have the lengths that OpenVINO gives them.
 */
final class PoolingRules {
  private PoolingRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    rules.put("MaxPool", layer -> pool(layer, true, "kernel"));
    rules.put("AvgPool", layer -> pool(layer, false, "kernel"));
    rules.put("AdaptiveAvgPool", layer -> adaptive(layer, "GlobalAveragePool", "AveragePool"));
    rules.put("AdaptiveMaxPool", layer -> adaptive(layer, "GlobalMaxPool", "MaxPool"));
  }

  static void pool(LayerContext layer, boolean maximum, String kernelName) {
    long[] kernel = layer.data.integers(kernelName);
    int spatial = kernel.length;
    if (spatial < 1 || spatial > 3) {
      throw new InputException("its kernel has " + spatial + " lengths");
    }
    long[] ones = new long[spatial];
    Arrays.fill(ones, 1);
    long[] strides = ConvolutionRules.sized(layer, "strides", ones);
    long[] dilations = ConvolutionRules.sized(layer, "dilations", ones);
    Attributes attributes = Attributes.NONE.with("kernel_shape", kernel).with("strides", strides);
    if (!Arrays.equals(dilations, ones)) {
      attributes = attributes.with("dilations", dilations);
    }
    attributes = ConvolutionRules.padding(layer, attributes, spatial);
    if (attributes.has("auto_pad") && attributes.has("dilations")) {
      dilated(layer, attributes.without("auto_pad"), kernel, maximum);
      return;
    }
    boolean ceil = layer.data.word("rounding_type", "floor").startsWith("ceil");
    boolean includesPad = !maximum && !layer.data.flag("exclude-pad", false);
    String input = layer.input(0);
    long[] pads =
        attributes.has("auto_pad")
            ? null
            : ConvolutionRules.padding(layer, Attributes.NONE, spatial).get("pads")
                    instanceof io.nncf4j.core.graph.Attribute.IntsAttribute list
                ? list.values().stream().mapToLong(Long::longValue).toArray()
                : null;
    if (pads != null && ceil) {
      long[] wider = widened(layer, kernel, strides, dilations, pads);
      boolean overflows = wider == null || !Arrays.equals(wider, pads);
      if (overflows && includesPad && !isZero(pads)) {
        input = padded(layer, input, pads);
        wider = wider == null ? null : difference(wider, pads);
        pads = new long[2 * spatial];
        includesPad = false;
      }
      includesPad &= !overflows;
      attributes =
          wider == null
              ? attributes.with("pads", pads).with("ceil_mode", 1L)
              : attributes.with("pads", wider);
    }
    if (includesPad && pads != null && isZero(pads)) {
      includesPad = false;
    }
    if (maximum) {
      finishMaximum(layer, attributes, input);
    } else {
      layer.finish(
          "AveragePool", attributes.with("count_include_pad", includesPad ? 1L : 0L), input);
    }
  }

  /**
   * Automatic padding with dilations. Runtimes want padding shorter than the kernel, which it is
   * not with dilations, so a node of its own pads with what no maximum is.
   */
  private static void dilated(
      LayerContext layer, Attributes attributes, long[] kernel, boolean maximum) {
    if (!maximum || layer.isRead(1) || !layer.dataType(0).isFloatingPoint()) {
      throw new InexpressibleLayerException("it pads automatically between dilated windows");
    }
    long[] pads = DilatedPadding.pads(layer, kernel);
    String lowest = layer.scalarLike(0, Double.NEGATIVE_INFINITY);
    String input = layer.emit("Pad", layer.input(0), layer.ints(everyAxis(pads)), lowest);
    layer.finish("MaxPool", attributes.with("pads", new long[pads.length]), input);
  }

  private static boolean isZero(long[] pads) {
    return Arrays.stream(pads).allMatch(pad -> pad == 0);
  }

  private static long[] difference(long[] wider, long[] pads) {
    long[] result = wider.clone();
    for (int index = 0; index < result.length; index++) {
      result[index] -= pads[index];
    }
    return result;
  }

  private static String padded(LayerContext layer, String input, long[] pads) {
    return layer.emit("Pad", input, layer.ints(everyAxis(pads)));
  }

  /** Padding of the spatial axes as padding of all axes: none of batch and channels. */
  private static long[] everyAxis(long[] pads) {
    int spatial = pads.length / 2;
    long[] all = new long[2 * (spatial + 2)];
    System.arraycopy(pads, 0, all, 2, spatial);
    System.arraycopy(pads, spatial, all, spatial + 4, spatial);
    return all;
  }

  /** Padding at the end with which rounding down gives as many windows as rounding up gave. */
  private static long @org.jspecify.annotations.Nullable [] widened(
      LayerContext layer, long[] kernel, long[] strides, long[] dilations, long[] pads) {
    Shape shape = layer.type(0).shape();
    int spatial = kernel.length;
    if (shape == null || shape.rank() != spatial + 2) {
      return null;
    }
    boolean torch = layer.data.word("rounding_type", "").equals("ceil_torch");
    long[] wider = pads.clone();
    for (int axis = 0; axis < spatial; axis++) {
      Dimension dimension = shape.get(axis + 2);
      if (!dimension.isKnown() || strides[axis] < 1) {
        return null;
      }
      long length = dimension.lengthOrMinusOne();
      long extent = (kernel[axis] - 1) * dilations[axis] + 1;
      long space = length + pads[axis] + pads[axis + spatial] - extent;
      long windows = Math.floorDiv(space + strides[axis] - 1, strides[axis]) + 1;
      if (torch && (windows - 1) * strides[axis] >= length + pads[axis]) {
        windows--;
      }
      long needed = (windows - 1) * strides[axis] + extent - length - pads[axis];
      wider[axis + spatial] = Math.max(needed, pads[axis + spatial]);
    }
    return wider;
  }

  private static void finishMaximum(LayerContext layer, Attributes attributes, String input) {
    if (!layer.isRead(1)) {
      layer.finish("MaxPool", attributes, input);
      return;
    }
    if (layer.data.integer("axis", 0) != 0) {
      throw new InexpressibleLayerException("its indices count from another axis than 0");
    }
    String type = layer.data.word("index_element_type", "i64");
    if (type.equals("i64")) {
      layer.finishAll("MaxPool", attributes, 2, List.of(input));
      return;
    }
    List<String> both = layer.emit("MaxPool", attributes, 2, input);
    layer.bind(0, both.get(0));
    layer.bind(
        1,
        layer.emit(
            "Cast", Attributes.NONE.with("to", (long) DataType.INT32.onnxNumber()), both.get(1)));
  }

  private static void adaptive(LayerContext layer, String global, String windowed) {
    if (layer.isRead(1)) {
      throw new InexpressibleLayerException("its indices are read");
    }
    long[] wanted = layer.constant(1).toLongs();
    if (Arrays.stream(wanted).allMatch(length -> length == 1)) {
      layer.finish(global, Attributes.NONE, layer.input(0));
      return;
    }
    long[] lengths = layer.lengths(0);
    long[] kernel = new long[wanted.length];
    for (int axis = 0; axis < wanted.length; axis++) {
      long length = lengths[axis + lengths.length - wanted.length];
      if (wanted[axis] < 1 || length % wanted[axis] != 0) {
        throw new InexpressibleLayerException("its windows have different lengths");
      }
      kernel[axis] = length / wanted[axis];
    }
    layer.finish(
        windowed,
        Attributes.NONE.with("kernel_shape", kernel).with("strides", kernel),
        layer.input(0));
  }
}
