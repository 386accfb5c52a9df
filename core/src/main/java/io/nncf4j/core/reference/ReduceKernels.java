package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Reductions over axes. Sums of floats are made in double precision, in row-major order. */
final class ReduceKernels {
  private ReduceKernels() {}

  static Map<String, Kernel> all() {
    Map<String, Kernel> all = new HashMap<>();
    all.put("ReduceSum", reduce(ReduceKernels::sum, v -> Arrays.stream(v).sum()));
    all.put("ReduceProd", reduce(ReduceKernels::product, ReduceKernels::product));
    all.put("ReduceMax", reduce(ReduceKernels::max, ReduceKernels::max));
    all.put("ReduceMin", reduce(ReduceKernels::min, ReduceKernels::min));
    all.put(
        "ReduceMean",
        reduce(v -> sum(v) / v.length, v -> Arrays.stream(v).sum() / Math.max(v.length, 1)));
    all.put(
        "ReduceL1",
        reduce(
            v -> Arrays.stream(v).map(Math::abs).sum(),
            v -> Arrays.stream(v).map(Math::abs).sum()));
    all.put("ReduceL2", reduce(v -> Math.sqrt(sumOfSquares(v)), null));
    all.put(
        "ReduceSumSquare",
        reduce(ReduceKernels::sumOfSquares, v -> Arrays.stream(v).map(x -> x * x).sum()));
    all.put("ReduceLogSum", reduce(v -> Math.log(sum(v)), null));
    all.put("ReduceLogSumExp", reduce(ReduceKernels::logSumExp, null));
    all.put("CumSum", Kernel.of(ReduceKernels::cumulativeSum));
    return all;
  }

  /** In order, unlike a stream's sum, which compensates. */
  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static double sumOfSquares(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return sum;
  }

  private static double product(double[] values) {
    double product = 1;
    for (double value : values) {
      product *= value;
    }
    return product;
  }

  private static long product(long[] values) {
    long product = 1;
    for (long value : values) {
      product *= value;
    }
    return product;
  }

  private static double max(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static double min(double[] values) {
    double min = Double.POSITIVE_INFINITY;
    for (double value : values) {
      min = Math.min(min, value);
    }
    return min;
  }

  private static long max(long[] values) {
    return Arrays.stream(values).max().orElse(Long.MIN_VALUE);
  }

  private static long min(long[] values) {
    return Arrays.stream(values).min().orElse(Long.MAX_VALUE);
  }

  private static double logSumExp(double[] values) {
    double max = max(values);
    if (Double.isInfinite(max)) {
      return max;
    }
    double sum = 0;
    for (double value : values) {
      sum += Math.exp(value - max);
    }
    return max + Math.log(sum);
  }

  private static Kernel reduce(
      ToDoubleFunction<double[]> real, @Nullable ToLongFunction<long[]> integer) {
    return Kernel.of(
        call -> {
          Tensor data = call.input(0);
          call.charge(data.shape());
          Groups groups = Groups.of(call, data);
          if (groups == null) {
            return data;
          }
          DataType type = data.dataType();
          if (Elements.isIntegral(type) && integer != null && type != DataType.UINT64) {
            long[] results = new long[groups.count()];
            for (int group = 0; group < results.length; group++) {
              results[group] =
                  integer.applyAsLong(groups.members(group).mapToLong(data::longAt).toArray());
            }
            return groups.isEmpty()
                ? saturated(type, results, groups)
                : Elements.ofLongs(type, results, groups.shape());
          }
          double[] results = new double[groups.count()];
          for (int group = 0; group < results.length; group++) {
            results[group] =
                real.applyAsDouble(groups.members(group).mapToDouble(data::doubleAt).toArray());
          }
          return type.isInteger()
              ? CastKernels.cast(
                  Elements.ofDoubles(DataType.FLOAT64, results, groups.shape()), type, true)
              : Elements.ofDoubles(type, results, groups.shape());
        });
  }

  /** The largest or smallest value of the type stands for the extreme of nothing. */
  private static Tensor saturated(DataType type, long[] values, Groups groups) {
    double[] reals = Arrays.stream(values).asDoubleStream().toArray();
    return Tensor.ofDoubles(type, reals, groups.shape());
  }

  /** Which elements are reduced to one. */
  record Groups(long[] shape, int[] starts, int[] offsets) {
    /** Null when nothing is to be reduced. */
    static @Nullable Groups of(Call call, Tensor data) {
      long[] axes = call.longs(1, call.node().intsAttribute("axes"));
      boolean keep = call.node().intAttribute("keepdims", 1) != 0;
      if (axes.length == 0 && call.node().intAttribute("noop_with_empty_axes", 0) != 0) {
        return null;
      }
      return of(call, data, axes, keep);
    }

    /** No axes stand for all of them. */
    static Groups of(Call call, Tensor data, long[] axes, boolean keep) {
      int rank = data.rank();
      boolean[] reduced = new boolean[rank];
      for (long axis : axes) {
        reduced[call.axis(axis, rank)] = true;
      }
      if (axes.length == 0) {
        Arrays.fill(reduced, true);
      }
      long[] source = data.shape();
      long[] kept = source.clone();
      long[] inner = source.clone();
      long[] shape = new long[rank];
      int length = 0;
      for (int axis = 0; axis < rank; axis++) {
        if (reduced[axis]) {
          kept[axis] = 1;
          if (keep) {
            shape[length++] = 1;
          }
        } else {
          inner[axis] = 1;
          shape[length++] = source[axis];
        }
      }
      int[] strides = Elements.strides(source);
      return new Groups(
          Arrays.copyOf(shape, length),
          Elements.map(kept, at -> Elements.flat(at, strides)),
          Elements.map(inner, at -> Elements.flat(at, strides)));
    }

    int count() {
      return starts.length;
    }

    boolean isEmpty() {
      return offsets.length == 0;
    }

    java.util.stream.IntStream members(int group) {
      return Arrays.stream(offsets).map(offset -> starts[group] + offset);
    }
  }

  private static Tensor cumulativeSum(Call call) {
    Tensor data = call.input(0);
    int axis = call.axis(call.scalarLong(1), data.rank());
    boolean exclusive = call.node().intAttribute("exclusive", 0) != 0;
    boolean reverse = call.node().intAttribute("reverse", 0) != 0;
    call.charge(data.shape());
    Groups groups = Groups.of(call, data, new long[] {axis}, true);
    boolean integral = Elements.isIntegral(data.dataType());
    long[] longs = integral ? data.toLongs() : new long[0];
    double[] reals = integral ? new double[0] : data.toDoubles();
    for (int group = 0; group < groups.count(); group++) {
      int[] members = groups.members(group).toArray();
      long longSum = 0;
      double realSum = 0;
      for (int step = 0; step < members.length; step++) {
        int at = members[reverse ? members.length - 1 - step : step];
        if (integral) {
          long value = longs[at];
          longs[at] = exclusive ? longSum : longSum + value;
          longSum += value;
        } else {
          double value = reals[at];
          reals[at] = exclusive ? realSum : realSum + value;
          realSum += value;
        }
      }
    }
    return integral
        ? Elements.ofLongs(data.dataType(), longs, data.shape())
        : Elements.ofDoubles(data.dataType(), reals, data.shape());
  }
}
