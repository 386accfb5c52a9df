package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Arithmetic of two or more tensors with broadcasting. */
final class BinaryKernels {
  private BinaryKernels() {}

  static Map<String, Kernel> all() {
    Map<String, Kernel> all = new HashMap<>();
    all.put("Add", variadic((a, b) -> a + b, (a, b) -> a + b));
    all.put("Sub", variadic((a, b) -> a - b, (a, b) -> a - b));
    all.put("Mul", variadic((a, b) -> a * b, (a, b) -> a * b));
    all.put("Div", Kernel.of(BinaryKernels::divide));
    all.put("Mod", Kernel.of(BinaryKernels::modulo));
    all.put("Pow", Kernel.of(BinaryKernels::power));
    all.put("Sum", variadic((a, b) -> a + b, (a, b) -> a + b));
    all.put("Max", Kernel.of(call -> extreme(call, Math::max, 1)));
    all.put("Min", Kernel.of(call -> extreme(call, Math::min, -1)));
    all.put("Mean", Kernel.of(BinaryKernels::mean));
    all.put("PRelu", variadic((x, slope) -> x < 0 ? x * slope : x, (x, s) -> x < 0 ? x * s : x));
    all.put("Clip", Kernel.of(BinaryKernels::clip));
    return all;
  }

  private static Kernel variadic(DoubleBinaryOperator real, LongBinaryOperator integer) {
    return Kernel.of(call -> fold(call, call.allInputs(), real, integer));
  }

  /** Combines tensors of one type from the left; floats are rounded after each step. */
  static Tensor fold(
      Call call, List<Tensor> inputs, DoubleBinaryOperator real, LongBinaryOperator integer) {
    if (inputs.isEmpty()) {
      throw call.problem("it has no inputs");
    }
    Tensor result = inputs.get(0);
    for (Tensor next : inputs.subList(1, inputs.size())) {
      if (next.dataType() != result.dataType()) {
        throw call.problem("its inputs have different types: " + result + " and " + next);
      }
      result = combine(call, result, next, result.dataType(), real, integer);
    }
    return result;
  }

  /** One operation on integers as longs, or on floats as doubles. */
  static Tensor combine(
      Call call,
      Tensor left,
      Tensor right,
      DataType type,
      DoubleBinaryOperator real,
      LongBinaryOperator integer) {
    long[] shape = Broadcast.shape(call, left.shape(), right.shape());
    int size = call.charge(shape);
    int[] l = Broadcast.indices(left.shape(), shape);
    int[] r = Broadcast.indices(right.shape(), shape);
    if (Elements.isIntegral(left.dataType()) && Elements.isIntegral(right.dataType())) {
      long[] values = new long[size];
      for (int index = 0; index < size; index++) {
        values[index] = integer.applyAsLong(left.longAt(l[index]), right.longAt(r[index]));
      }
      return Elements.ofLongs(type, values, shape);
    }
    double[] values = new double[size];
    for (int index = 0; index < size; index++) {
      values[index] = real.applyAsDouble(left.doubleAt(l[index]), right.doubleAt(r[index]));
    }
    return type.isInteger()
        ? CastKernels.cast(Elements.ofDoubles(DataType.FLOAT64, values, shape), type, true)
        : Elements.ofDoubles(type, values, shape);
  }

  private static Tensor divide(Call call) {
    boolean unsigned = call.input(0).dataType() == DataType.UINT64;
    return fold(
        call,
        call.allInputs(),
        (a, b) -> a / b,
        (a, b) -> {
          if (b == 0) {
            throw call.problem("division of an integer by zero");
          }
          return unsigned ? Long.divideUnsigned(a, b) : a / b;
        });
  }

  private static Tensor modulo(Call call) {
    boolean truncating = call.node().intAttribute("fmod", 0) != 0;
    boolean unsigned = call.input(0).dataType() == DataType.UINT64;
    return fold(
        call,
        call.allInputs(),
        (a, b) -> {
          double rest = a % b;
          return truncating || rest == 0 || (rest < 0) == (b < 0) ? rest : rest + b;
        },
        (a, b) -> {
          if (b == 0) {
            throw call.problem("remainder of a division by zero");
          }
          if (unsigned) {
            return Long.remainderUnsigned(a, b);
          }
          return truncating ? a % b : Math.floorMod(a, b);
        });
  }

  private static Tensor power(Call call) {
    Tensor base = call.input(0);
    return combine(
        call, base, call.input(1), base.dataType(), Math::pow, BinaryKernels::integerPower);
  }

  /** Wraps like repeated multiplication does. */
  private static long integerPower(long base, long exponent) {
    if (exponent < 0) {
      return (long) Math.pow(base, exponent);
    }
    long result = 1;
    long square = base;
    for (long rest = exponent; rest > 0; rest >>= 1) {
      if ((rest & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }

  private static Tensor extreme(Call call, DoubleBinaryOperator real, int wantedSign) {
    boolean unsigned = call.input(0).dataType() == DataType.UINT64;
    return fold(
        call,
        call.allInputs(),
        real,
        (a, b) -> {
          int order = unsigned ? Long.compareUnsigned(a, b) : Long.compare(a, b);
          return Integer.signum(order) == wantedSign ? a : b;
        });
  }

  private static Tensor mean(Call call) {
    List<Tensor> inputs = call.allInputs();
    Tensor sum = fold(call, inputs, Double::sum, Long::sum);
    double[] values = sum.toDoubles();
    for (int index = 0; index < values.length; index++) {
      values[index] /= inputs.size();
    }
    return Elements.ofDoubles(sum.dataType(), values, sum.shape());
  }

  private static Tensor clip(Call call) {
    Tensor result = call.input(0);
    for (int bound = 1; bound <= 2; bound++) {
      Tensor limit = call.optional(bound);
      if (limit != null) {
        boolean low = bound == 1;
        boolean unsigned = result.dataType() == DataType.UINT64;
        result =
            fold(
                call,
                List.of(result, limit),
                low ? Math::max : Math::min,
                (a, b) -> {
                  int order = unsigned ? Long.compareUnsigned(a, b) : Long.compare(a, b);
                  return low == order > 0 ? a : b;
                });
      }
    }
    return result;
  }
}
