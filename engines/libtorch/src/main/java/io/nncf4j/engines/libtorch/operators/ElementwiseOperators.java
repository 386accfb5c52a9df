package io.nncf4j.engines.libtorch.operators;

import static io.nncf4j.engines.libtorch.operators.Operations.binary;
import static io.nncf4j.engines.libtorch.operators.Operations.scoped;
import static io.nncf4j.engines.libtorch.operators.Operations.to;
import static io.nncf4j.engines.libtorch.operators.Operations.unary;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import java.util.function.BinaryOperator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Arithmetic, comparison and logic, element by element. */
final class ElementwiseOperators {
  private ElementwiseOperators() {}

  static void addTo(OperatorTable table) {
    addUnary(table);
    table.add("Add", context -> addition(context));
    table.add("Sub", binary(torch::sub));
    table.add("Mul", binary(torch::mul));
    table.add("Div", context -> arguments -> arguments.set(divide(arguments)));
    table.add("Pow", context -> scoped(ElementwiseOperators::power));
    table.add("Mod", ElementwiseOperators::modulo);
    table.add("And", binary(torch::logical_and));
    table.add("Or", binary(torch::logical_or));
    table.add("Xor", binary(torch::logical_xor));
    table.add("BitwiseAnd", binary(torch::bitwise_and));
    table.add("BitwiseOr", binary(torch::bitwise_or));
    table.add("BitwiseXor", binary(torch::bitwise_xor));
    table.add("BitShift", ElementwiseOperators::shift);
    table.add("Equal", binary(torch::eq));
    table.add("Greater", binary(torch::gt));
    table.add("GreaterOrEqual", binary(torch::ge));
    table.add("Less", binary(torch::lt));
    table.add("LessOrEqual", binary(torch::le));
    table.add("Max", context -> fold(torch::maximum, false));
    table.add("Min", context -> fold(torch::minimum, false));
    table.add("Sum", context -> fold(torch::add, false));
    table.add("Mean", context -> fold(torch::add, true));
    table.add(
        "Where",
        context ->
            arguments ->
                arguments.set(
                    torch.where(arguments.tensor(0), arguments.tensor(1), arguments.tensor(2))));
    table.add("Cast", ElementwiseOperators::cast);
    table.add(
        "CastLike",
        context ->
            arguments ->
                arguments.set(
                    convert(arguments.tensor(0), TensorExchange.scalarType(arguments.tensor(1)))));
  }

  private static void addUnary(OperatorTable table) {
    table.add("Abs", unary(torch::abs));
    table.add("Neg", unary(torch::neg));
    table.add("Sqrt", unary(torch::sqrt));
    table.add("Exp", unary(torch::exp));
    table.add("Log", unary(torch::log));
    table.add("Floor", unary(torch::floor));
    table.add("Ceil", unary(torch::ceil));
    table.add("Round", unary(torch::round));
    table.add("Sign", unary(torch::sign));
    table.add("Sin", unary(torch::sin));
    table.add("Cos", unary(torch::cos));
    table.add("Tan", unary(torch::tan));
    table.add("Asin", unary(torch::asin));
    table.add("Acos", unary(torch::acos));
    table.add("Atan", unary(torch::atan));
    table.add("Sinh", unary(torch::sinh));
    table.add("Cosh", unary(torch::cosh));
    table.add("Asinh", unary(torch::asinh));
    table.add("Acosh", unary(torch::acosh));
    table.add("Atanh", unary(torch::atanh));
    table.add("Erf", unary(torch::erf));
    table.add("Reciprocal", unary(torch::reciprocal));
    table.add("Not", unary(torch::logical_not));
    table.add("BitwiseNot", unary(torch::bitwise_not));
    table.add("IsNaN", unary(torch::isnan));
    table.add("Identity", unary(Tensor::new));
    table.add("IsInf", ElementwiseOperators::isInfinite);
  }

  private static Operation addition(NodeContext context) {
    if (!context.canOverwrite(0) && !context.canOverwrite(1)) {
      return arguments -> arguments.set(torch.add(arguments.tensor(0), arguments.tensor(1)));
    }
    int target = context.canOverwrite(0) ? 0 : 1;
    return arguments -> {
      Tensor sum = arguments.tensor(target);
      Tensor other = arguments.tensor(1 - target);
      if (hasSameShape(sum, other) && sum.scalar_type() == other.scalar_type()) {
        sum.add_(other);
        arguments.set(sum);
      } else {
        arguments.set(torch.add(arguments.tensor(0), arguments.tensor(1)));
      }
    };
  }

  private static boolean hasSameShape(Tensor first, Tensor second) {
    long rank = first.dim();
    if (rank != second.dim()) {
      return false;
    }
    for (int axis = 0; axis < rank; axis++) {
      if (first.size(axis) != second.size(axis)) {
        return false;
      }
    }
    return true;
  }

  /** Integers are divided towards zero. */
  private static Tensor divide(Arguments arguments) {
    Tensor dividend = arguments.tensor(0);
    Tensor divisor = arguments.tensor(1);
    if (dividend.is_floating_point()) {
      return torch.div(dividend, divisor);
    }
    try (BytePointer name = new BytePointer("trunc");
        StringViewOptional towardsZero = new StringViewOptional(name)) {
      return torch.div(dividend, divisor, towardsZero);
    }
  }

  /** The result has the type of the base. */
  private static Tensor power(Arguments arguments) {
    Tensor base = arguments.tensor(0);
    Tensor exponent = arguments.tensor(1);
    ScalarType type = TensorExchange.scalarType(base);
    if (!base.is_floating_point() && exponent.is_floating_point()) {
      return convert(torch.pow(to(base, ScalarType.Double), exponent), type);
    }
    if (exponent.numel() == 1) {
      double value = exponent.to(ScalarType.Double).item_double();
      if (base.is_floating_point() || value >= 0) {
        Scalar power =
            value == Math.rint(value) && !base.is_floating_point()
                ? new Scalar((long) value)
                : new Scalar(value);
        return to(torch.pow(base, power), type);
      }
    }
    return to(torch.pow(base, exponent), type);
  }

  private static Operation modulo(NodeContext context) {
    BinaryOperator<Tensor> call =
        context.node().intAttribute("fmod", 0) == 1 ? torch::fmod : torch::remainder;
    return scoped(a -> throughLong(call, a.tensor(0), a.tensor(1)));
  }

  private static Operation shift(NodeContext context) {
    boolean isLeft = context.node().stringAttribute("direction", "").equals("LEFT");
    BinaryOperator<Tensor> call = isLeft ? torch::bitwise_left_shift : torch::bitwise_right_shift;
    return arguments -> arguments.set(call.apply(arguments.tensor(0), arguments.tensor(1)));
  }

  private static Operation isInfinite(NodeContext context) {
    boolean positive = context.node().intAttribute("detect_positive", 1) != 0;
    boolean negative = context.node().intAttribute("detect_negative", 1) != 0;
    return scoped(
        arguments -> {
          Tensor value = arguments.tensor(0);
          if (positive && negative) {
            return torch.isinf(value);
          }
          if (positive) {
            return torch.isposinf(value);
          }
          return negative
              ? torch.isneginf(value)
              : torch.logical_and(torch.isposinf(value), torch.isneginf(value));
        });
  }

  private static Operation fold(BinaryOperator<Tensor> call, boolean average) {
    return scoped(
        arguments -> {
          Tensor result = arguments.tensor(0);
          for (int index = 1; index < arguments.inputCount(); index++) {
            result = throughLong(call, result, arguments.tensor(index));
          }
          return average ? torch.div(result, new Scalar((double) arguments.inputCount())) : result;
        });
  }

  /** libtorch stores unsigned integers of 16 bits and more but hardly computes with them. */
  private static Tensor throughLong(BinaryOperator<Tensor> call, Tensor first, Tensor second) {
    ScalarType type = TensorExchange.scalarType(first);
    return switch (type) {
      case UInt16, UInt32, UInt64 ->
          call.apply(first.to(ScalarType.Long), second.to(ScalarType.Long)).to(type);
      default -> call.apply(first, second);
    };
  }

  private static Operation cast(NodeContext context) {
    Node node = context.node();
    DataType type = context.runningType(OnnxTypes.dataType(node.intAttribute("to", 0)));
    ScalarType target = TensorExchange.scalarType(type);
    return arguments -> arguments.set(convert(arguments.tensor(0), target));
  }

  /** A tensor of another type; the very same when it already has it. */
  static Tensor convert(Tensor tensor, ScalarType type) {
    return TensorExchange.scalarType(tensor) == type ? tensor : tensor.to(type);
  }
}
