package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;

/** Functions of one element; those with attributes read them from the node. */
final class UnaryKernels {
  /** A function made for one node, so that its attributes are read once. */
  @FunctionalInterface
  private interface Function {
    DoubleUnaryOperator of(Call call);
  }

  private UnaryKernels() {}

  static Map<String, Kernel> all() {
    Map<String, Kernel> all = new HashMap<>();
    plain(all, "Sqrt", Math::sqrt);
    plain(all, "Exp", Math::exp);
    plain(all, "Log", Math::log);
    plain(all, "Floor", Math::floor);
    plain(all, "Ceil", Math::ceil);
    plain(all, "Round", Math::rint);
    plain(all, "Reciprocal", x -> 1 / x);
    plain(all, "Sigmoid", SpecialFunctions::sigmoid);
    plain(all, "Tanh", Math::tanh);
    plain(all, "Erf", SpecialFunctions::erf);
    plain(all, "Sin", Math::sin);
    plain(all, "Cos", Math::cos);
    plain(all, "Tan", Math::tan);
    plain(all, "Asin", Math::asin);
    plain(all, "Acos", Math::acos);
    plain(all, "Atan", Math::atan);
    plain(all, "Sinh", Math::sinh);
    plain(all, "Cosh", Math::cosh);
    plain(all, "Asinh", SpecialFunctions::asinh);
    plain(all, "Acosh", x -> Math.log(x + Math.sqrt(x * x - 1)));
    plain(all, "Atanh", x -> 0.5 * (Math.log1p(x) - Math.log1p(-x)));
    plain(all, "Softplus", SpecialFunctions::softplus);
    plain(all, "Softsign", x -> x / (1 + Math.abs(x)));
    plain(all, "HardSwish", x -> x * clamp(x / 6 + 0.5, 0, 1));
    plain(all, "Mish", x -> x * Math.tanh(SpecialFunctions.softplus(x)));
    with(all, "LeakyRelu", call -> leaky(call, "alpha", 0.01f));
    with(all, "ThresholdedRelu", UnaryKernels::thresholdedRelu);
    with(all, "Elu", UnaryKernels::elu);
    with(all, "Celu", UnaryKernels::celu);
    with(all, "Selu", UnaryKernels::selu);
    with(all, "HardSigmoid", UnaryKernels::hardSigmoid);
    with(all, "Shrink", UnaryKernels::shrink);
    with(all, "Swish", UnaryKernels::swish);
    with(all, "Gelu", UnaryKernels::gelu);
    exact(all, "Abs", Math::abs, Math::abs);
    exact(all, "Neg", x -> -x, x -> -x);
    exact(all, "Sign", UnaryKernels::sign, Long::signum);
    exact(all, "Relu", x -> x < 0 ? 0 : x, x -> Math.max(0, x));
    return all;
  }

  private static void plain(Map<String, Kernel> all, String name, DoubleUnaryOperator function) {
    with(all, name, call -> function);
  }

  private static void with(Map<String, Kernel> all, String name, Function function) {
    all.put(name, Kernel.of(call -> apply(call, function.of(call))));
  }

  private static void exact(
      Map<String, Kernel> all, String name, DoubleUnaryOperator real, LongUnaryOperator integer) {
    all.put(
        name,
        Kernel.of(
            call -> {
              Tensor x = call.input(0);
              return Elements.isIntegral(x.dataType())
                  ? applyLong(call, x, integer)
                  : apply(call, real);
            }));
  }

  private static Tensor applyLong(Call call, Tensor x, LongUnaryOperator function) {
    call.charge(x.shape());
    long[] values = x.toLongs();
    // Every unsigned value is its own absolute value and not negative.
    boolean unsigned64 = x.dataType() == DataType.UINT64;
    for (int index = 0; index < values.length; index++) {
      if (!unsigned64 || values[index] >= 0) {
        values[index] = function.applyAsLong(values[index]);
      } else if (call.node().is("Sign")) {
        values[index] = 1;
      }
    }
    return Elements.ofLongs(x.dataType(), values, x.shape());
  }

  private static Tensor apply(Call call, DoubleUnaryOperator function) {
    Tensor x = call.input(0);
    call.charge(x.shape());
    double[] values = x.toDoubles();
    for (int index = 0; index < values.length; index++) {
      values[index] = function.applyAsDouble(values[index]);
    }
    return Elements.ofDoubles(x.dataType(), values, x.shape());
  }

  private static double clamp(double x, double low, double high) {
    return Math.max(low, Math.min(high, x));
  }

  private static double sign(double x) {
    return Double.isNaN(x) ? x : Math.signum(x);
  }

  private static DoubleUnaryOperator leaky(Call call, String attribute, float absent) {
    float alpha = call.node().floatAttribute(attribute, absent);
    return x -> x < 0 ? alpha * x : x;
  }

  private static DoubleUnaryOperator thresholdedRelu(Call call) {
    float alpha = call.node().floatAttribute("alpha", 1);
    return x -> x > alpha ? x : 0;
  }

  private static DoubleUnaryOperator elu(Call call) {
    float alpha = call.node().floatAttribute("alpha", 1);
    return x -> x < 0 ? alpha * Math.expm1(x) : x;
  }

  private static DoubleUnaryOperator celu(Call call) {
    float alpha = call.node().floatAttribute("alpha", 1);
    return x -> x < 0 ? alpha * Math.expm1(x / alpha) : x;
  }

  private static DoubleUnaryOperator selu(Call call) {
    float alpha = call.node().floatAttribute("alpha", 1.67326319217681884765625f);
    float gamma = call.node().floatAttribute("gamma", 1.05070102214813232421875f);
    return x -> gamma * (x <= 0 ? alpha * Math.expm1(x) : x);
  }

  private static DoubleUnaryOperator hardSigmoid(Call call) {
    float alpha = call.node().floatAttribute("alpha", 0.2f);
    float beta = call.node().floatAttribute("beta", 0.5f);
    return x -> clamp(alpha * x + beta, 0, 1);
  }

  private static DoubleUnaryOperator shrink(Call call) {
    float bias = call.node().floatAttribute("bias", 0);
    float lambda = call.node().floatAttribute("lambd", 0.5f);
    return x -> x < -lambda ? x + bias : x > lambda ? x - bias : 0;
  }

  private static DoubleUnaryOperator swish(Call call) {
    float alpha = call.node().floatAttribute("alpha", 1);
    return x -> x * SpecialFunctions.sigmoid(alpha * x);
  }

  private static DoubleUnaryOperator gelu(Call call) {
    if (call.node().stringAttribute("approximate", "none").equals("tanh")) {
      double factor = Math.sqrt(2 / Math.PI);
      return x -> 0.5 * x * (1 + Math.tanh(factor * (x + 0.044715 * x * x * x)));
    }
    return x -> 0.5 * x * (1 + SpecialFunctions.erf(x / Math.sqrt(2)));
  }
}
