package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Pools of one, two or three spatial dimensions. */
final class PoolingOperators {
  private PoolingOperators() {}

  static void addTo(OperatorTable table) {
    table.add("MaxPool", PoolingOperators::maximum);
    table.add("AveragePool", PoolingOperators::average);
    table.add("LpPool", PoolingOperators::power);
    table.add("GlobalAveragePool", context -> a -> a.set(globalAverage(a.tensor(0))));
    table.add("GlobalMaxPool", context -> a -> a.set(globalMaximum(a.tensor(0))));
    table.add("GlobalLpPool", PoolingOperators::globalPower);
  }

  /** The window of a pool, resolved for one input. */
  private record Window(
      long[] kernel, long[] strides, long[] dilations, long[] pads, boolean ceil) {
    static Window of(Node node, Tensor input) {
      int spatial = (int) input.dim() - 2;
      long[] kernel = node.intsAttribute("kernel_shape", ConvolutionOperators.ones(spatial));
      long[] strides = node.intsAttribute("strides", ConvolutionOperators.ones(spatial));
      long[] dilations = node.intsAttribute("dilations", ConvolutionOperators.ones(spatial));
      long[] pads = Padding.of(node).resolve(input, kernel, strides, dilations);
      return new Window(kernel, strides, dilations, pads, node.intAttribute("ceil_mode", 0) != 0);
    }

    /** True when libtorch pads by itself: both sides alike and by at most half a window. */
    boolean isPlain() {
      for (int axis = 0; axis < kernel.length; axis++) {
        if (2 * pads[axis] > kernel[axis]) {
          return false;
        }
      }
      return Padding.isSymmetric(pads);
    }

    boolean isDilated() {
      return Arrays.stream(dilations).anyMatch(dilation -> dilation != 1);
    }

    long[] sides() {
      return Arrays.copyOf(pads, kernel.length);
    }

    long size() {
      return Arrays.stream(kernel).reduce(1, (a, b) -> a * b);
    }

    /** Zeros to add behind each axis so that a last partial window becomes a whole one. */
    long[] ceilPads(Tensor input) {
      long[] extra = new long[pads.length];
      if (!ceil) {
        return extra;
      }
      int spatial = kernel.length;
      for (int axis = 0; axis < spatial; axis++) {
        long padded = input.size(axis + 2) + pads[axis] + pads[axis + spatial];
        long reach = (kernel[axis] - 1) * dilations[axis] + 1;
        long windows = (padded - reach + strides[axis] - 1) / strides[axis] + 1;
        if ((windows - 1) * strides[axis] >= input.size(axis + 2) + pads[axis]) {
          windows--;
        }
        extra[axis + spatial] = Math.max(0, (windows - 1) * strides[axis] + reach - padded);
      }
      return extra;
    }
  }

  private static Operation maximum(NodeContext context) {
    Node node = context.node();
    boolean columnMajor = node.intAttribute("storage_order", 0) != 0;
    return arguments -> {
      try (PointerScope scope = new PointerScope()) {
        Tensor input = arguments.tensor(0);
        boolean isInteger = !input.is_floating_point();
        Tensor source = isInteger ? input.to(torch.ScalarType.Float) : input;
        Window window = Window.of(node, input);
        long[] sides = window.sides();
        if (!window.isPlain()) {
          if (arguments.wants(1)) {
            throw new UnsupportedNode(
                "indices of a pool with uneven padding are not computed on libtorch");
          }
          source =
              torch.constant_pad_nd(
                  source, Padding.reversed(window.pads), new Scalar(Double.NEGATIVE_INFINITY));
          sides = new long[sides.length];
        }
        if (arguments.wants(1)) {
          setWithIndices(arguments, source, window, columnMajor);
          return;
        }
        Tensor pooled = maximum(source, window, sides);
        arguments.set(isInteger ? pooled.to(TensorExchange.scalarType(input)) : pooled);
      }
    };
  }

  private static Tensor maximum(Tensor source, Window window, long[] sides) {
    long[] kernel = window.kernel;
    return switch (kernel.length) {
      case 1 ->
          torch.max_pool1d(source, kernel, window.strides, sides, window.dilations, window.ceil);
      case 2 ->
          torch.max_pool2d(source, kernel, window.strides, sides, window.dilations, window.ceil);
      case 3 ->
          torch.max_pool3d(source, kernel, window.strides, sides, window.dilations, window.ceil);
      default -> throw new UnsupportedNode("a pool over " + kernel.length + " axes");
    };
  }

  /** ONNX counts indices through the whole tensor, libtorch within one channel of one sample. */
  private static void setWithIndices(
      Arguments arguments, Tensor source, Window window, boolean columnMajor) {
    if (window.kernel.length != 2) {
      throw new UnsupportedNode("indices of a pool over other than two axes");
    }
    var both =
        torch.max_pool2d_with_indices(
            source, window.kernel, window.strides, window.sides(), window.dilations, window.ceil);
    Tensor values = Operations.own(both.get0());
    Tensor indices = Operations.own(both.get1());
    long height = source.size(2);
    long width = source.size(3);
    if (columnMajor) {
      Tensor column = torch.remainder(indices, new Scalar(width));
      Tensor row = torch.floor_divide(indices, new Scalar(width));
      indices = torch.add(torch.mul(column, new Scalar(height)), row);
    }
    long planes = source.size(0) * source.size(1);
    Tensor offsets = torch.mul(torch.arange(new Scalar(planes)), new Scalar(height * width));
    Tensor shaped = torch.reshape(offsets, source.size(0), source.size(1), 1, 1);
    arguments.set(
        0,
        arguments.tensor(0).is_floating_point()
            ? values
            : values.to(TensorExchange.scalarType(arguments.tensor(0))));
    arguments.set(1, torch.add(indices, shaped));
  }

  private static Operation average(NodeContext context) {
    Node node = context.node();
    boolean countPadding = node.intAttribute("count_include_pad", 0) != 0;
    return arguments -> {
      try (PointerScope scope = new PointerScope()) {
        Tensor input = arguments.tensor(0);
        Window window = Window.of(node, input);
        if (window.isPlain() && !window.isDilated()) {
          arguments.set(plainAverage(input, window, countPadding));
        } else {
          arguments.set(generalAverage(input, window, countPadding));
        }
      }
    };
  }

  private static Tensor plainAverage(Tensor input, Window window, boolean countPadding) {
    long[] kernel = window.kernel;
    LongOptional divisor = new LongOptional();
    return switch (kernel.length) {
      case 1 ->
          torch.avg_pool1d(
              input, kernel, window.strides, window.sides(), window.ceil, countPadding);
      case 2 ->
          torch.avg_pool2d(
              input, kernel, window.strides, window.sides(), window.ceil, countPadding, divisor);
      case 3 ->
          torch.avg_pool3d(
              input, kernel, window.strides, window.sides(), window.ceil, countPadding, divisor);
      default -> throw new UnsupportedNode("a pool over " + kernel.length + " axes");
    };
  }

  /**
   * Sum of each window by a convolution with ones, divided by the number of elements that count.
   */
  private static Tensor generalAverage(Tensor input, Window window, boolean countPadding) {
    Tensor first = torch.ones_like(torch.narrow(torch.narrow(input, 0, 0, 1), 1, 0, 1));
    Tensor counted = first;
    if (countPadding) {
      counted = torch.constant_pad_nd(first, Padding.reversed(window.pads), new Scalar(1.0));
    }
    Tensor sums = windowSums(input, window, window.pads);
    Tensor counts =
        windowSumsOfPadded(
            torch.constant_pad_nd(
                counted,
                Padding.reversed(
                    countPadding
                        ? window.ceilPads(input)
                        : both(window.pads, window.ceilPads(input))),
                new Scalar(0.0)),
            window);
    return torch.div(sums, counts);
  }

  private static long[] both(long[] pads, long[] more) {
    long[] sum = pads.clone();
    for (int index = 0; index < sum.length; index++) {
      sum[index] += more[index];
    }
    return sum;
  }

  private static Tensor windowSums(Tensor input, Window window, long[] pads) {
    return windowSumsOfPadded(
        torch.constant_pad_nd(
            input, Padding.reversed(both(pads, window.ceilPads(input))), new Scalar(0.0)),
        window);
  }

  private static Tensor windowSumsOfPadded(Tensor padded, Window window) {
    int spatial = window.kernel.length;
    long[] shape = TensorExchange.shape(padded);
    long[] planes = shape.clone();
    planes[0] = shape[0] * shape[1];
    planes[1] = 1;
    long[] kernelShape = new long[spatial + 2];
    Arrays.fill(kernelShape, 1);
    System.arraycopy(window.kernel, 0, kernelShape, 2, spatial);
    Tensor ones = torch.ones(kernelShape, padded.options());
    Tensor sums =
        torch.convolution(
            torch.reshape(padded, planes),
            ones,
            new TensorOptional(),
            window.strides,
            new long[spatial],
            window.dilations,
            false,
            new long[spatial],
            1);
    long[] result = TensorExchange.shape(sums);
    result[0] = shape[0];
    result[1] = shape[1];
    return torch.reshape(sums, result);
  }

  private static Operation power(NodeContext context) {
    Node node = context.node();
    double p = node.intAttribute("p", 2);
    return Operations.scoped(
        a -> {
          Window window = Window.of(node, a.tensor(0));
          Tensor powers = torch.pow(torch.abs(a.tensor(0)), new Scalar(p));
          return torch.pow(windowSums(powers, window, window.pads), new Scalar(1 / p));
        });
  }

  private static Operation globalPower(NodeContext context) {
    double p = context.node().intAttribute("p", 2);
    return Operations.scoped(
        a -> {
          Tensor powers = torch.pow(torch.abs(a.tensor(0)), new Scalar(p));
          Tensor sums = torch.sum(powers, spatialAxes(powers), true, new ScalarTypeOptional());
          return torch.pow(sums, new Scalar(1 / p));
        });
  }

  private static long[] spatialAxes(Tensor input) {
    long[] axes = new long[(int) input.dim() - 2];
    for (int axis = 0; axis < axes.length; axis++) {
      axes[axis] = axis + 2L;
    }
    return axes;
  }

  private static Tensor globalAverage(Tensor input) {
    try (ScalarTypeOptional sameType = new ScalarTypeOptional()) {
      return torch.mean(input, spatialAxes(input), true, sameType);
    }
  }

  private static Tensor globalMaximum(Tensor input) {
    return torch.amax(input, spatialAxes(input), true);
  }
}
