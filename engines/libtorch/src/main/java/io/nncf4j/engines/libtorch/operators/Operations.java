package io.nncf4j.engines.libtorch.operators;

import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Small forms from which operations are made. */
final class Operations {
  private Operations() {}

  /** One tensor in, one out, by a single call. */
  static OperatorCompiler unary(UnaryOperator<Tensor> call) {
    return context -> arguments -> arguments.set(call.apply(arguments.tensor(0)));
  }

  /** Two tensors in, one out, by a single call that broadcasts as ONNX does. */
  static OperatorCompiler binary(BinaryOperator<Tensor> call) {
    return context ->
        arguments -> arguments.set(call.apply(arguments.tensor(0), arguments.tensor(1)));
  }

  /** One output made by several calls, whose intermediate values are closed afterwards. */
  static Operation scoped(Function<Arguments, Tensor> calls) {
    return arguments -> {
      try (PointerScope scope = new PointerScope()) {
        arguments.set(calls.apply(arguments));
      }
    };
  }

  /** Any outputs made by several calls, whose intermediate values are closed afterwards. */
  static Operation scopedAll(Operation calls) {
    return arguments -> {
      try (PointerScope scope = new PointerScope()) {
        calls.run(arguments);
      }
    };
  }

  /** A handle of its own on a tensor that stands inside another native object. */
  static Tensor own(Tensor tensor) {
    return new Tensor(tensor);
  }

  static TensorOptional some(Tensor tensor) {
    return new TensorOptional(tensor);
  }

  static TensorVector vector(Iterable<Tensor> tensors) {
    TensorVector vector = new TensorVector();
    for (Tensor tensor : tensors) {
      vector.push_back(tensor);
    }
    return vector;
  }

  /** {@code tensor * factor + 0}, within a scope. */
  static Tensor times(Tensor tensor, double factor) {
    return torch.mul(tensor, new Scalar(factor));
  }

  static Tensor plus(Tensor tensor, double summand) {
    return torch.add(tensor, new Scalar(summand));
  }

  static Tensor to(Tensor tensor, ScalarType type) {
    return TensorExchange.scalarType(tensor) == type ? tensor : tensor.to(type);
  }

  /** An axis counted from the front. */
  static int axis(long axis, long rank) {
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** {@code steps} elements of {@code axis} from {@code start}; a view. */
  static Tensor narrow(Tensor tensor, long axis, long start, long steps) {
    return torch.narrow(tensor, axis, start, steps);
  }

  static Tensor longs(long... values) {
    return TensorExchange.copyToTorch(io.nncf4j.core.tensor.Tensor.vector(values));
  }

  static Tensor floats(float... values) {
    return TensorExchange.copyToTorch(io.nncf4j.core.tensor.Tensor.ofFloats(values, values.length));
  }
}
