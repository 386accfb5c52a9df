package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pooling and resizing. */
final class PoolingRules {
  private PoolingRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    for (int spatial = 1; spatial <= 3; spatial++) {
      int count = spatial;
      String maximum = "self kernel_size stride padding dilation ceil_mode";
      rules.put("max_pool" + count + "d", AtenRule.of(maximum, call -> maximum(call, count)));
      rules.put(
          "max_pool" + count + "d_with_indices",
          AtenRule.of(maximum, call -> maximum(call, count)));
      rules.put(
          "avg_pool" + count + "d",
          AtenRule.of(
              "self kernel_size stride padding ceil_mode count_include_pad divisor_override",
              call -> average(call, count)));
      rules.put(
          "adaptive_avg_pool" + count + "d",
          AtenRule.of("self output_size", call -> adaptive(call, count, true)));
      rules.put(
          "adaptive_max_pool" + count + "d",
          AtenRule.of("self output_size", call -> adaptive(call, count, false)));
    }
    rules.put(
        "_adaptive_avg_pool2d", AtenRule.of("self output_size", call -> adaptive(call, 2, true)));
    // The overload "vec" has one list of scales, the other one scale for each axis.
    rules.put(
        "upsample_nearest2d",
        AtenRule.of("input output_size scales_h scales_w", call -> resize(call, "nearest")));
    rules.put(
        "upsample_nearest2d.vec",
        AtenRule.of("input output_size scale_factors", call -> resize(call, "nearest")));
    rules.put(
        "upsample_bilinear2d",
        AtenRule.of(
            "input output_size align_corners scales_h scales_w", call -> resize(call, "linear")));
    rules.put(
        "upsample_bilinear2d.vec",
        AtenRule.of(
            "input output_size align_corners scale_factors", call -> resize(call, "linear")));
    rules.put(
        "upsample_bicubic2d.vec",
        AtenRule.of(
            "input output_size align_corners scale_factors", call -> resize(call, "cubic")));
  }

  private record Window(long[] kernel, long[] strides, long[] pads, long[] dilations) {}

  private static Window window(AtenCall call, int spatial) {
    long[] kernel = call.wholes("kernel_size", spatial, 1);
    boolean strided = call.has("stride") && !call.many("stride").isEmpty();
    long[] strides = strided ? call.wholes("stride", spatial, 1) : kernel;
    long[] dilations = call.wholes("dilation", spatial, 1);
    return new Window(
        kernel, strides, ConvolutionRules.twice(call.wholes("padding", spatial, 0)), dilations);
  }

  private static void maximum(AtenCall call, int spatial) {
    Window window = window(call, spatial);
    String input = call.tensor("self");
    Attributes attributes = attributes(window);
    if (Arrays.stream(window.dilations()).anyMatch(length -> length != 1)) {
      attributes = attributes.with("dilations", window.dilations());
    }
    if (call.flag("ceil_mode", false)) {
      long[] wider = roundedUp(call, input, window);
      attributes =
          wider == null ? attributes.with("ceil_mode", 1L) : attributes.with("pads", wider);
    }
    call.finish("MaxPool", attributes, input);
  }

  private static Attributes attributes(Window window) {
    return Attributes.NONE
        .with("kernel_shape", window.kernel())
        .with("strides", window.strides())
        .with("pads", window.pads());
  }

  private static void average(AtenCall call, int spatial) {
    if (call.has("divisor_override")) {
      throw new InexpressibleCallException("it divides by a number of its own");
    }
    Window window = window(call, spatial);
    String input = call.tensor("self");
    boolean padded = Arrays.stream(window.pads()).anyMatch(length -> length != 0);
    boolean counts = padded && call.flag("count_include_pad", true);
    Attributes attributes = attributes(window);
    if (call.flag("ceil_mode", false)) {
      long[] wider = roundedUp(call, input, window);
      boolean overflows = wider == null || !Arrays.equals(wider, window.pads());
      if (overflows && (counts || wider == null)) {
        throw new InexpressibleCallException("it rounds up, and counts padding or unknown lengths");
      }
      attributes = wider == null ? attributes : attributes.with("pads", wider);
    }
    call.finish("AveragePool", attributes.with("count_include_pad", counts ? 1L : 0L), input);
  }

  /** Padding at the end with which rounding down gives as many windows as PyTorch's rounding up. */
  private static long @Nullable [] roundedUp(AtenCall call, String input, Window window) {
    int spatial = window.kernel().length;
    long[] wider = window.pads().clone();
    for (int axis = 0; axis < spatial; axis++) {
      long length = call.length(input, axis + 2);
      long stride = window.strides()[axis];
      if (length < 0 || stride < 1) {
        return null;
      }
      long extent = (window.kernel()[axis] - 1) * window.dilations()[axis] + 1;
      long pad = window.pads()[axis];
      long windows = Math.floorDiv(length + 2 * pad - extent + stride - 1, stride) + 1;
      if ((windows - 1) * stride >= length + pad) {
        windows--;
      }
      wider[axis + spatial] = Math.max(pad, (windows - 1) * stride + extent - length - pad);
    }
    return wider;
  }

  private static void adaptive(AtenCall call, int spatial, boolean average) {
    String input = call.tensor("self");
    List<AtenValue> wanted = call.many("output_size");
    long[] lengths = new long[spatial];
    for (int axis = 0; axis < spatial; axis++) {
      AtenValue one = wanted.get(Math.min(axis, wanted.size() - 1));
      lengths[axis] =
          one instanceof AtenValue.Whole whole ? whole.value() : call.length(input, axis + 2);
    }
    if (Arrays.stream(lengths).allMatch(length -> length == 1)) {
      call.finish(average ? "GlobalAveragePool" : "GlobalMaxPool", input);
      return;
    }
    long[] kernel = new long[spatial];
    boolean even = true;
    for (int axis = 0; axis < spatial; axis++) {
      long length = call.length(input, axis + 2);
      if (length < 1 || lengths[axis] < 1) {
        throw new InexpressibleCallException("the lengths of its input are not known");
      }
      even &= length % lengths[axis] == 0;
      kernel[axis] = length / lengths[axis];
    }
    if (even) {
      call.finish(
          average ? "AveragePool" : "MaxPool",
          Attributes.NONE.with("kernel_shape", kernel).with("strides", kernel),
          input);
    } else if (average && spatial == 2) {
      uneven(call, input, lengths);
    } else {
      throw new InexpressibleCallException("its windows have different lengths");
    }
  }

  /** Windows of different lengths: a product with a matrix of weights on either side. */
  private static void uneven(AtenCall call, String input, long[] lengths) {
    String rows = call.constant(weights(call.length(input, 2), lengths[0], false));
    String columns = call.constant(weights(call.length(input, 3), lengths[1], true));
    call.finish("MatMul", call.emit("MatMul", rows, input), columns);
  }

  /** Row i holds 1 / n at the n places that window i covers; transposed on request. */
  private static Tensor weights(long length, long windows, boolean transposed) {
    float[] values = new float[Tensor.elementCount(length, windows)];
    for (int window = 0; window < windows; window++) {
      long begin = window * length / windows;
      long end = ((window + 1) * length + windows - 1) / windows;
      for (long place = begin; place < end; place++) {
        long at = transposed ? place * windows + window : window * length + place;
        values[(int) at] = 1f / (end - begin);
      }
    }
    return transposed
        ? Tensor.ofFloats(values, length, windows)
        : Tensor.ofFloats(values, windows, length);
  }

  /** Scales place the pixels instead of the lengths, which are the same only where they divide. */
  private static void refuseOtherScales(AtenCall call, String input) {
    List<String> scales = List.of("scales_h", "scales_w");
    for (int index = 0; index < scales.size(); index++) {
      String scale = scales.get(index);
      if (!call.has(scale) || call.flag("align_corners", false)) {
        continue;
      }
      long length = call.length(input, 2 + index);
      double exact = length * call.real(scale, 1);
      boolean same =
          length > 0
              && call.many("output_size").get(index) instanceof AtenValue.Whole wanted
              && Math.abs(exact - wanted.value()) < 1e-6 * wanted.value();
      if (!same) {
        throw new InexpressibleCallException(
            "its " + scale + " " + call.real(scale, 1) + " is not the ratio of its lengths");
      }
    }
  }

  private static void resize(AtenCall call, String mode) {
    String input = call.tensor("input");
    boolean aligned = call.flag("align_corners", false);
    Attributes attributes =
        Attributes.NONE
            .with("mode", mode)
            .with("axes", 2L, 3L)
            .with(
                "coordinate_transformation_mode",
                mode.equals("nearest") ? "asymmetric" : aligned ? "align_corners" : "half_pixel");
    if (mode.equals("nearest")) {
      attributes = attributes.with("nearest_mode", "floor");
    }
    if (mode.equals("cubic")) {
      attributes = attributes.with("cubic_coeff_a", -0.75f);
    }
    if (call.has("scale_factors")) {
      double[] scales =
          call.many("scale_factors").stream()
              .mapToDouble(
                  item ->
                      item instanceof AtenValue.Real real
                          ? real.value()
                          : item instanceof AtenValue.Whole whole ? whole.value() : Double.NaN)
              .toArray();
      String all = call.constant(Tensor.ofDoubles(DataType.FLOAT32, scales, scales.length));
      call.finish("Resize", attributes, input, "", all);
      return;
    }
    refuseOtherScales(call, input);
    call.finish("Resize", attributes, input, "", "", call.sizes(call.many("output_size")));
  }
}
