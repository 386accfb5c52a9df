package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Resize in all modes: each axis by itself, every output element a weighted sum of a few input
 * elements. The two forms that networks use most take libtorch's own kernels.
 */
final class ResizeOperators {
  private ResizeOperators() {}

  static void addTo(OperatorTable table) {
    table.add("Resize", ResizeOperators::resize);
    table.add("Upsample", ResizeOperators::upsample);
  }

  /** What is to be done along each axis. */
  private record Target(long[] sizes, double[] scales) {}

  private static Operation upsample(NodeContext context) {
    InterpolationRule rule =
        InterpolationRule.plain(
            context.node().stringAttribute("mode", "nearest"), "asymmetric", "floor");
    return Operations.scoped(
        a -> {
          Tensor input = a.tensor(0);
          double[] scales = a.host(1).toDoubles();
          return apply(input, fromScales(input, scales), rule, new double[0], 0);
        });
  }

  private static Target fromScales(Tensor input, double[] scales) {
    long[] sizes = new long[scales.length];
    for (int axis = 0; axis < sizes.length; axis++) {
      // Scales are float32: the product is taken as ONNX Runtime takes it.
      sizes[axis] = (long) Math.floor((float) scales[axis] * (float) input.size(axis));
    }
    return new Target(sizes, scales);
  }

  private static Operation resize(NodeContext context) {
    Node node = context.node();
    InterpolationRule rule = InterpolationRule.of(node);
    long[] axes = node.intsAttributeOrNull("axes");
    String policy = node.stringAttribute("keep_aspect_ratio_policy", "stretch");
    double extrapolation = node.floatAttribute("extrapolation_value", 0);
    return Operations.scoped(
        a -> {
          Tensor input = a.tensor(0);
          int rank = (int) input.dim();
          long[] along = axes == null ? LongStream.range(0, rank).toArray() : axes;
          double[] scales = new double[rank];
          Arrays.fill(scales, 1);
          long[] sizes = TensorExchange.shape(input);
          double[] region = a.has(1) ? spread(a.host(1).toDoubles(), along, rank) : new double[0];
          if (a.has(2) && a.host(2).size() > 0) {
            double[] given = a.host(2).toDoubles();
            for (int index = 0; index < along.length; index++) {
              int axis = Operations.axis(along[index], rank);
              scales[axis] = given[index];
              double extent =
                  region.length == 0 || !rule.crops() ? 1 : region[axis + rank] - region[axis];
              sizes[axis] =
                  (long) Math.floor((float) given[index] * (float) (sizes[axis] * extent) + 1e-6);
            }
            return apply(input, new Target(sizes, scales), rule, region, extrapolation);
          }
          fromSizes(input, along, a.longs(3), policy, sizes, scales);
          return apply(input, new Target(sizes, scales), rule, region, extrapolation);
        });
  }

  private static void fromSizes(
      Tensor input, long[] along, long[] wanted, String policy, long[] sizes, double[] scales) {
    int rank = sizes.length;
    double common = policy.equals("not_larger") ? Double.MAX_VALUE : 0;
    for (int index = 0; index < along.length; index++) {
      int axis = Operations.axis(along[index], rank);
      double scale = (double) wanted[index] / input.size(axis);
      common = policy.equals("not_larger") ? Math.min(common, scale) : Math.max(common, scale);
    }
    for (int index = 0; index < along.length; index++) {
      int axis = Operations.axis(along[index], rank);
      if (policy.equals("stretch")) {
        sizes[axis] = wanted[index];
        scales[axis] = (double) wanted[index] / input.size(axis);
      } else {
        scales[axis] = common;
        sizes[axis] = (long) Math.floor(common * input.size(axis) + 0.5);
      }
    }
  }

  /** A region of interest for all axes; those that are not named are whole. */
  private static double[] spread(double[] region, long[] along, int rank) {
    if (region.length == 0) {
      return region;
    }
    double[] whole = new double[2 * rank];
    Arrays.fill(whole, rank, 2 * rank, 1);
    for (int index = 0; index < along.length; index++) {
      int axis = Operations.axis(along[index], rank);
      whole[axis] = region[index];
      whole[axis + rank] = region[index + along.length];
    }
    return whole;
  }

  private static Tensor apply(
      Tensor input, Target target, InterpolationRule rule, double[] region, double extrapolation) {
    Tensor fast = fast(input, target, rule);
    if (fast != null) {
      return fast;
    }
    Tensor result = input;
    int rank = (int) input.dim();
    for (int axis = 0; axis < rank; axis++) {
      boolean cropped =
          rule.crops() && region.length > 0 && (region[axis] != 0 || region[axis + rank] != 1);
      if (target.sizes[axis] == input.size(axis) && target.scales[axis] == 1 && !cropped) {
        continue;
      }
      InterpolationRule.Taps taps =
          rule.taps(
              input.size(axis),
              target.sizes[axis],
              target.scales[axis],
              region.length == 0 ? 0 : region[axis],
              region.length == 0 ? 1 : region[axis + rank]);
      result = weigh(result, axis, taps, extrapolation);
    }
    return result;
  }

  /** Sum over the taps of {@code input[index] * weight} along one axis. */
  private static Tensor weigh(
      Tensor input, int axis, InterpolationRule.Taps taps, double extrapolation) {
    long[] shape = new long[(int) input.dim()];
    Arrays.fill(shape, 1);
    shape[axis] = taps.outside().length;
    Tensor sum = null;
    for (int tap = 0; tap < taps.indices().length; tap++) {
      Tensor picked = torch.index_select(input, axis, Operations.longs(taps.indices()[tap]));
      Tensor part = picked;
      if (taps.weights().length > 0) {
        Tensor weights =
            torch
                .reshape(Operations.floats(taps.weights()[tap]), shape)
                .to(TensorExchange.scalarType(input));
        part = torch.mul(picked, weights);
      }
      sum = sum == null ? part : torch.add(sum, part);
    }
    Tensor result = java.util.Objects.requireNonNull(sum);
    return taps.isAnyOutside()
        ? torch.masked_fill(
            result, torch.reshape(taps.outsideMask(), shape), new Scalar(extrapolation))
        : result;
  }

  /** libtorch's kernels for images, where they compute the very same. */
  private static @org.jspecify.annotations.Nullable Tensor fast(
      Tensor input, Target target, InterpolationRule rule) {
    if (input.dim() != 4
        || !input.is_floating_point()
        || target.sizes[0] != input.size(0)
        || target.sizes[1] != input.size(1)) {
      return null;
    }
    long[] size = {target.sizes[2], target.sizes[3]};
    boolean exact =
        target.scales[2] * input.size(2) == size[0] && target.scales[3] * input.size(3) == size[1];
    boolean grows = size[0] >= input.size(2) && size[1] >= input.size(3);
    if (!exact || !grows) {
      return null;
    }
    return switch (rule.kernel()) {
      case NEAREST_FLOOR ->
          size[0] % input.size(2) == 0 && size[1] % input.size(3) == 0
              ? torch.upsample_nearest2d(input, size, new DoubleOptional(), new DoubleOptional())
              : null;
      case LINEAR_HALF_PIXEL ->
          torch.upsample_bilinear2d(input, size, false, new DoubleOptional(), new DoubleOptional());
      case LINEAR_ALIGNED ->
          torch.upsample_bilinear2d(input, size, true, new DoubleOptional(), new DoubleOptional());
      case OTHER -> null;
    };
  }
}
