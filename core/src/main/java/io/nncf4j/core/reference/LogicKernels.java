package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.LongBinaryOperator;

/** Comparisons, logic and bits. */
final class LogicKernels {
  private static final int UNORDERED = 2;

  private LogicKernels() {}

  static Map<String, Kernel> all() {
    Map<String, Kernel> all = new HashMap<>();
    all.put("Equal", comparison(order -> order == 0));
    all.put("Less", comparison(order -> order == -1));
    all.put("LessOrEqual", comparison(order -> order == -1 || order == 0));
    all.put("Greater", comparison(order -> order == 1));
    all.put("GreaterOrEqual", comparison(order -> order == 1 || order == 0));
    all.put("And", bits((a, b) -> a & b));
    all.put("Or", bits((a, b) -> a | b));
    all.put("Xor", bits((a, b) -> a ^ b));
    all.put("BitwiseAnd", bits((a, b) -> a & b));
    all.put("BitwiseOr", bits((a, b) -> a | b));
    all.put("BitwiseXor", bits((a, b) -> a ^ b));
    all.put("BitwiseNot", Kernel.of(call -> map(call, value -> ~value)));
    all.put("Not", Kernel.of(call -> map(call, value -> 1 - value)));
    all.put("BitShift", Kernel.of(LogicKernels::shift));
    all.put("IsNaN", Kernel.of(call -> test(call, Double::isNaN)));
    all.put("IsInf", Kernel.of(LogicKernels::isInfinite));
    return all;
  }

  private static Kernel comparison(IntPredicate accepted) {
    return Kernel.of(
        call -> {
          Tensor left = call.input(0);
          Tensor right = call.input(1);
          if (left.dataType() != right.dataType()) {
            throw call.problem("cannot compare " + left + " with " + right);
          }
          long[] shape = Broadcast.shape(call, left.shape(), right.shape());
          boolean[] results = new boolean[call.charge(shape)];
          int[] l = Broadcast.indices(left.shape(), shape);
          int[] r = Broadcast.indices(right.shape(), shape);
          for (int index = 0; index < results.length; index++) {
            results[index] = accepted.test(compare(left, l[index], right, r[index]));
          }
          return Elements.ofBooleans(results, shape);
        });
  }

  private static int compare(Tensor left, int l, Tensor right, int r) {
    DataType type = left.dataType();
    if (type == DataType.STRING) {
      return Integer.signum(left.strings().get(l).compareTo(right.strings().get(r)));
    }
    if (type == DataType.UINT64) {
      return Integer.signum(Long.compareUnsigned(left.longAt(l), right.longAt(r)));
    }
    if (Elements.isIntegral(type)) {
      return Long.compare(left.longAt(l), right.longAt(r));
    }
    double a = left.doubleAt(l);
    double b = right.doubleAt(r);
    return a < b ? -1 : a > b ? 1 : a == b ? 0 : UNORDERED;
  }

  private static Kernel bits(LongBinaryOperator operator) {
    return Kernel.of(
        call ->
            BinaryKernels.fold(
                call,
                call.allInputs(),
                (a, b) -> {
                  throw call.problem("its inputs must be booleans or integers");
                },
                operator));
  }

  private static Tensor map(Call call, java.util.function.LongUnaryOperator function) {
    Tensor x = call.input(0);
    call.charge(x.shape());
    long[] values = x.toLongs();
    for (int index = 0; index < values.length; index++) {
      values[index] = function.applyAsLong(values[index]);
    }
    return Elements.ofLongs(x.dataType(), values, x.shape());
  }

  private static Tensor shift(Call call) {
    boolean left = call.node().stringAttribute("direction", "").equals("LEFT");
    return BinaryKernels.fold(
        call,
        call.allInputs(),
        (a, b) -> {
          throw call.problem("its inputs must be unsigned integers");
        },
        (a, b) -> {
          if (b < 0 || b >= 64) {
            return 0;
          }
          return left ? a << b : a >>> b;
        });
  }

  private static Tensor isInfinite(Call call) {
    boolean positive = call.node().intAttribute("detect_positive", 1) != 0;
    boolean negative = call.node().intAttribute("detect_negative", 1) != 0;
    return test(call, x -> Double.isInfinite(x) && (x > 0 ? positive : negative));
  }

  private static Tensor test(Call call, java.util.function.DoublePredicate predicate) {
    Tensor x = call.input(0);
    boolean[] results = new boolean[call.charge(x.shape())];
    for (int index = 0; index < results.length; index++) {
      results[index] = predicate.test(x.doubleAt(index));
    }
    return Elements.ofBooleans(results, x.shape());
  }
}
