package io.nncf4j.engines.libtorch;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.Registers;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the caller's inputs into their registers, after checking names, types and shapes. */
final class InputBinding {
  private final List<Value> inputs;
  private final int[] targets;
  private final boolean channelsLast;

  InputBinding(List<Value> inputs, int[] targets, boolean channelsLast) {
    this.inputs = inputs;
    this.targets = targets.clone();
    this.channelsLast = channelsLast;
  }

  void bind(Registers registers, Map<String, Tensor> given) {
    checkNames(given);
    for (int index = 0; index < targets.length; index++) {
      Value input = inputs.get(index);
      Tensor tensor = given.get(input.name());
      if (tensor == null) {
        throw new InputException("The input \"" + input.name() + "\" is missing");
      }
      check(input, tensor);
      org.bytedeco.pytorch.Tensor view = TensorExchange.viewInTorch(tensor);
      registers.put(targets[index], layOut(view));
    }
  }

  private void checkNames(Map<String, Tensor> given) {
    for (String name : given.keySet()) {
      if (inputs.stream().noneMatch(input -> input.name().equals(name))) {
        throw new InputException(
            "The model has no input \""
                + name
                + "\"; it has "
                + inputs.stream().map(Value::name).toList());
      }
    }
  }

  org.bytedeco.pytorch.Tensor layOut(org.bytedeco.pytorch.Tensor tensor) {
    return channelsLast && tensor.dim() == 4 && tensor.is_floating_point()
        ? ConstantLayout.channelsLast(tensor)
        : tensor;
  }

  private static void check(Value input, Tensor tensor) {
    TensorType type = input.tensorType();
    Shape shape = type.shape();
    boolean isRight =
        (type.dataType() == null || type.dataType() == tensor.dataType())
            && (shape == null || matches(shape, tensor));
    if (!isRight) {
      throw new InputException(
          "The input \"" + input.name() + "\" takes " + type + "; found " + tensor);
    }
  }

  private static boolean matches(@Nullable Shape shape, Tensor tensor) {
    if (shape == null || shape.rank() != tensor.rank()) {
      return shape == null;
    }
    for (int axis = 0; axis < shape.rank(); axis++) {
      Dimension dimension = shape.get(axis);
      if (dimension.isKnown() && dimension.lengthOrMinusOne() != tensor.dimension(axis)) {
        return false;
      }
    }
    return true;
  }
}
