package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Pooling over windows and over whole planes. */
final class PoolKernels {
  private PoolKernels() {}

  static Map<String, Kernel> all() {
    return Map.of(
        "MaxPool", PoolKernels::maxPool,
        "AveragePool", Kernel.of(PoolKernels::averagePool),
        "LpPool", Kernel.of(PoolKernels::lpPool),
        "GlobalAveragePool", Kernel.of(call -> global(call, false)),
        "GlobalMaxPool", Kernel.of(call -> global(call, true)));
  }

  /** What a window gives: values under it and the number of its elements that count. */
  @FunctionalInterface
  private interface Reduction {
    double of(double[] values, int inside, int withPadding);
  }

  private static Windows windows(Call call) {
    long[] kernel = call.node().intsAttributeOrNull("kernel_shape");
    if (kernel == null) {
      throw call.problem("it lacks the attribute kernel_shape");
    }
    return Windows.of(call, call.input(0), kernel);
  }

  private static List<Tensor> maxPool(Call call) {
    Tensor x = call.input(0);
    Windows windows = windows(call);
    int planes = (int) (x.dimension(0) * x.dimension(1));
    int plane = windows.inputSize();
    int places = windows.outputSize();
    long[] shape = windows.outputShape(x.dimension(0), x.dimension(1));
    int size = call.charge(shape);
    call.chargeOperations((long) size * windows.kernelSize());
    boolean columnMajor = call.node().intAttribute("storage_order", 0) != 0;
    double[] values = new double[size];
    long[] positions = new long[size];
    for (int place = 0; place < places; place++) {
      int[] under = windows.elements(place);
      for (int channel = 0; channel < planes; channel++) {
        int best = -1;
        for (int element : under) {
          if (element >= 0
              && (best < 0
                  || x.doubleAt(channel * plane + element) > x.doubleAt(channel * plane + best))) {
            best = element;
          }
        }
        int to = channel * places + place;
        values[to] = best < 0 ? Double.NEGATIVE_INFINITY : x.doubleAt(channel * plane + best);
        positions[to] =
            (long) channel * plane + (columnMajor ? columnMajor(best, windows.input()) : best);
      }
    }
    return List.of(Tensor.ofDoubles(x.dataType(), values, shape), Tensor.ofLongs(positions, shape));
  }

  private static long columnMajor(int index, long[] shape) {
    long[] at = Windows.unravel(Math.max(index, 0), shape);
    long result = 0;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      result = result * shape[axis] + at[axis];
    }
    return result;
  }

  private static Tensor averagePool(Call call) {
    boolean countPadding = call.node().intAttribute("count_include_pad", 0) != 0;
    return pool(
        call,
        (values, inside, withPadding) ->
            Arrays.stream(values).sum() / (countPadding ? withPadding : inside));
  }

  private static Tensor lpPool(Call call) {
    double p = call.node().intAttribute("p", 2);
    return pool(
        call,
        (values, inside, withPadding) ->
            Math.pow(
                Arrays.stream(values).map(value -> Math.pow(Math.abs(value), p)).sum(), 1 / p));
  }

  private static Tensor pool(Call call, Reduction reduction) {
    Tensor x = call.input(0);
    Windows windows = windows(call);
    int planes = (int) (x.dimension(0) * x.dimension(1));
    int plane = windows.inputSize();
    int places = windows.outputSize();
    long[] shape = windows.outputShape(x.dimension(0), x.dimension(1));
    double[] results = new double[call.charge(shape)];
    call.chargeOperations((long) results.length * windows.kernelSize());
    for (int place = 0; place < places; place++) {
      int[] under = windows.elements(place);
      int inside = (int) Arrays.stream(under).filter(element -> element >= 0).count();
      int withPadding = (int) Arrays.stream(under).filter(element -> element >= -1).count();
      for (int channel = 0; channel < planes; channel++) {
        int from = channel * plane;
        double[] values =
            Arrays.stream(under)
                .filter(element -> element >= 0)
                .mapToDouble(element -> x.doubleAt(from + element))
                .toArray();
        results[channel * places + place] = reduction.of(values, inside, withPadding);
      }
    }
    return Tensor.ofDoubles(x.dataType(), results, shape);
  }

  private static Tensor global(Call call, boolean max) {
    Tensor x = call.input(0);
    if (x.rank() < 3) {
      throw call.problem("its input must have spatial dimensions, found " + x);
    }
    call.charge(x.shape());
    long[] shape = x.shape();
    int plane = (int) Elements.product(shape, 2, shape.length);
    Arrays.fill(shape, 2, shape.length, 1);
    double[] results = new double[Tensor.elementCount(shape)];
    for (int channel = 0; channel < results.length; channel++) {
      double result = max ? Double.NEGATIVE_INFINITY : 0;
      for (int element = 0; element < plane; element++) {
        double value = x.doubleAt(channel * plane + element);
        result = max ? Math.max(result, value) : result + value;
      }
      results[channel] = max ? result : result / plane;
    }
    DataType type = x.dataType();
    return Tensor.ofDoubles(type, results, shape);
  }
}
