package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Convolution and its transpose, of any number of spatial dimensions. */
final class ConvolutionOperators {
  private ConvolutionOperators() {}

  static void addTo(OperatorTable table) {
    table.add("Conv", ConvolutionOperators::convolution);
    table.add("ConvTranspose", ConvolutionOperators::transposed);
  }

  private static Operation convolution(NodeContext context) {
    Node node = context.node();
    Padding padding = Padding.of(node);
    long groups = node.intAttribute("group", 1);
    long[] strides = node.intsAttributeOrNull("strides");
    long[] dilations = node.intsAttributeOrNull("dilations");
    return arguments -> {
      Tensor input = arguments.tensor(0);
      Tensor weight = arguments.tensor(1);
      int spatial = (int) input.dim() - 2;
      long[] step = strides == null ? ones(spatial) : strides;
      long[] dilation = dilations == null ? ones(spatial) : dilations;
      long[] pads = padding.resolve(input, kernel(weight), step, dilation);
      try (TensorOptional bias = arguments.optional(2)) {
        if (Padding.isSymmetric(pads)) {
          long[] sides = Arrays.copyOf(pads, spatial);
          arguments.set(
              torch.convolution(
                  input, weight, bias, step, sides, dilation, false, new long[spatial], groups));
        } else {
          try (Scalar zero = new Scalar(0.0);
              Tensor padded = torch.constant_pad_nd(input, Padding.reversed(pads), zero)) {
            arguments.set(
                torch.convolution(
                    padded,
                    weight,
                    bias,
                    step,
                    new long[spatial],
                    dilation,
                    false,
                    new long[spatial],
                    groups));
          }
        }
      }
    };
  }

  private static long[] kernel(Tensor weight) {
    long[] kernel = new long[(int) weight.dim() - 2];
    for (int axis = 0; axis < kernel.length; axis++) {
      kernel[axis] = weight.size(axis + 2);
    }
    return kernel;
  }

  static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static Operation transposed(NodeContext context) {
    Node node = context.node();
    long groups = node.intAttribute("group", 1);
    return arguments -> {
      try (PointerScope scope = new PointerScope()) {
        Tensor input = arguments.tensor(0);
        Tensor weight = arguments.tensor(1);
        int spatial = (int) input.dim() - 2;
        long[] step = node.intsAttribute("strides", ones(spatial));
        long[] dilation = node.intsAttribute("dilations", ones(spatial));
        long[] extra = node.intsAttribute("output_padding", new long[spatial]);
        long[] pads = transposedPads(node, input, kernel(weight), step, dilation, extra);
        TensorOptional bias = arguments.optional(2);
        if (Padding.isSymmetric(pads)) {
          long[] sides = Arrays.copyOf(pads, spatial);
          arguments.set(
              torch.convolution(input, weight, bias, step, sides, dilation, true, extra, groups));
          return;
        }
        // Without padding the result is complete; what uneven padding takes away is cut off.
        Tensor whole =
            torch.convolution(
                input,
                weight,
                bias,
                step,
                new long[spatial],
                dilation,
                true,
                new long[spatial],
                groups);
        long[] cut = new long[2 * spatial];
        for (int axis = 0; axis < spatial; axis++) {
          cut[axis] = -pads[axis];
          cut[axis + spatial] = extra[axis] - pads[axis + spatial];
        }
        arguments.set(torch.constant_pad_nd(whole, Padding.reversed(cut), new Scalar(0.0)));
      }
    };
  }

  /** Pads from {@code output_shape}, {@code auto_pad} or {@code pads}, as ONNX defines them. */
  private static long[] transposedPads(
      Node node, Tensor input, long[] kernel, long[] step, long[] dilation, long[] extra) {
    int spatial = kernel.length;
    long[] outputShape = node.intsAttributeOrNull("output_shape");
    String mode = node.stringAttribute("auto_pad", "NOTSET");
    boolean same = mode.startsWith("SAME");
    if (outputShape == null && !same) {
      return mode.equals("VALID")
          ? new long[2 * spatial]
          : node.intsAttribute("pads", new long[2 * spatial]);
    }
    long[] pads = new long[2 * spatial];
    for (int axis = 0; axis < spatial; axis++) {
      long size = input.size(axis + 2);
      long wanted =
          outputShape != null
              ? outputShape[outputShape.length - spatial + axis]
              : size * step[axis];
      long total =
          step[axis] * (size - 1) + extra[axis] + (kernel[axis] - 1) * dilation[axis] + 1 - wanted;
      // Negative when the wanted size is larger: then zeros are added behind.
      boolean upper = total < 0 || mode.equals("SAME_UPPER");
      long small = Math.max(total, 0) / 2;
      pads[axis] = upper ? small : total - small;
      pads[axis + spatial] = total - pads[axis];
    }
    return pads;
  }
}
