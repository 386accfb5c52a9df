package io.nncf4j.engines;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Compares the tensors given to a run with what the model takes, so that every engine says it
 * alike.
 */
public final class InputCheck {
  private InputCheck() {}

  /**
   * @throws InputException naming every input that is missing, unknown, or of another type, rank or
   *     length than the model takes
   */
  public static void check(List<Value> expected, Map<String, Tensor> given) {
    List<String> problems = new ArrayList<>();
    for (Value input : expected) {
      Tensor tensor = given.get(input.name());
      if (tensor == null) {
        problems.add("input \"" + input.name() + "\" (" + input.type() + ") is missing");
      } else if (!fits(input.tensorType(), tensor)) {
        problems.add("input \"" + input.name() + "\" takes " + input.type() + ", found " + tensor);
      }
    }
    if (problems.isEmpty() && given.size() == expected.size()) {
      return;
    }
    for (String name : given.keySet()) {
      if (expected.stream().noneMatch(input -> input.name().equals(name))) {
        problems.add(
            "there is no input \""
                + name
                + "\"; the model takes "
                + expected.stream().map(Value::name).collect(Collectors.joining(", ")));
      }
    }
    throw new InputException("The model cannot run: " + String.join("; ", problems));
  }

  private static boolean fits(TensorType type, Tensor tensor) {
    if (type.dataType() != null && type.dataType() != tensor.dataType()) {
      return false;
    }
    Shape shape = type.shape();
    if (shape == null) {
      return true;
    }
    if (shape.rank() != tensor.rank()) {
      return false;
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
