package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Convolutions, forward and transposed. */
final class ConvolutionRules {
  private ConvolutionRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    String forward = "input weight bias stride padding dilation groups";
    String transposed = "input weight bias stride padding output_padding groups dilation";
    String general =
        "input weight bias stride padding dilation transposed output_padding groups benchmark"
            + " deterministic cudnn_enabled allow_tf32";
    for (int spatial = 1; spatial <= 3; spatial++) {
      rules.put("conv" + spatial + "d", AtenRule.of(forward, call -> convolve(call, false)));
      rules.put(
          "conv_transpose" + spatial + "d", AtenRule.of(transposed, call -> convolve(call, true)));
    }
    AtenRule rule = AtenRule.of(general, call -> convolve(call, call.flag("transposed", false)));
    rules.put("convolution", rule);
    rules.put("_convolution", rule);
  }

  private static void convolve(AtenCall call, boolean transposed) {
    String input = call.tensor("input");
    String weight = call.tensor("weight");
    int spatial = call.rank(weight) - 2;
    if (spatial < 1) {
      throw new InexpressibleCallException("its weights have rank " + (spatial + 2));
    }
    long[] strides = call.wholes("stride", spatial, 1);
    long[] dilations = call.wholes("dilation", spatial, 1);
    Attributes attributes =
        Attributes.NONE
            .with("strides", strides)
            .with("dilations", dilations)
            .with("group", call.whole("groups", 1));
    String word = call.text("padding", "");
    if (word.equals("same")) {
      attributes = attributes.with("pads", same(call, weight, dilations));
    } else {
      long[] pads = word.isEmpty() ? call.wholes("padding", spatial, 0) : new long[spatial];
      attributes = attributes.with("pads", twice(pads));
    }
    if (transposed) {
      long[] extra = call.wholes("output_padding", spatial, 0);
      if (Arrays.stream(extra).anyMatch(length -> length != 0)) {
        attributes = attributes.with("output_padding", extra);
      }
    }
    List<String> read = new ArrayList<>(List.of(input, weight));
    if (call.has("bias")) {
      read.add(call.tensor("bias"));
    }
    call.finish(transposed ? "ConvTranspose" : "Conv", attributes, read);
  }

  /** Padding with which a window of stride 1 keeps the lengths; what is odd stands at the end. */
  private static long[] same(AtenCall call, String weight, long[] dilations) {
    int spatial = dilations.length;
    long[] pads = new long[2 * spatial];
    for (int axis = 0; axis < spatial; axis++) {
      long total = dilations[axis] * (call.length(weight, axis + 2) - 1);
      pads[axis] = total / 2;
      pads[axis + spatial] = total - total / 2;
    }
    return pads;
  }

  static long[] twice(long[] pads) {
    long[] both = Arrays.copyOf(pads, 2 * pads.length);
    System.arraycopy(pads, 0, both, pads.length, pads.length);
    return both;
  }
}
