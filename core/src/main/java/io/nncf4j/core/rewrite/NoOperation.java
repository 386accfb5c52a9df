package io.nncf4j.core.rewrite;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Decides whether a node gives back its first input, by what is known before running. */
final class NoOperation {
  private NoOperation() {}

  static boolean is(Node node, Scope scope) {
    if (!node.operator().isOnnx() || !node.hasInput(0) || node.output(0).isEmpty()) {
      return false;
    }
    return switch (node.type()) {
      case "Identity" -> true;
      case "Dropout" -> isInference(node, scope);
      case "Cast" -> isSameType(node, scope);
      case "Reshape", "Flatten", "Expand", "Squeeze", "Unsqueeze" -> keepsShape(node, scope);
      case "Transpose" -> isInOrder(node, scope);
      case "Pad" -> all(scope.constant(node.input(1)), 0);
      case "Tile" -> all(scope.constant(node.input(1)), 1);
      case "Slice" ->
          keepsShape(node, scope) && (!node.hasInput(4) || all(scope.constant(node.input(4)), 1));
      case "Concat", "Sum", "Max", "Min", "Mean" -> node.inputs().size() == 1;
      case "Clip" -> !node.hasInput(1) && !node.hasInput(2);
      default -> false;
    };
  }

  private static boolean isInference(Node node, Scope scope) {
    boolean maskIsRead =
        !node.output(1).isEmpty()
            && (!scope.graph().uses(node.output(1)).isEmpty()
                || scope.graph().isOutput(node.output(1)));
    return !maskIsRead && (!node.hasInput(2) || all(scope.constant(node.input(2)), 0));
  }

  private static boolean isSameType(Node node, Scope scope) {
    DataType type = scope.tensorType(node.input(0)).dataType();
    return type != null && type.onnxNumber() == node.intAttribute("to", 0);
  }

  private static boolean keepsShape(Node node, Scope scope) {
    TensorType before = scope.tensorType(node.input(0));
    TensorType after = scope.tensorType(node.output(0));
    Shape shape = before.shape();
    return shape != null
        && shape.equals(after.shape())
        && !shape.dimensions().contains(Dimension.UNKNOWN);
  }

  private static boolean isInOrder(Node node, Scope scope) {
    long[] order = node.intsAttributeOrNull("perm");
    if (order == null) {
      Shape shape = scope.tensorType(node.input(0)).shape();
      return shape != null && shape.rank() <= 1;
    }
    for (int axis = 0; axis < order.length; axis++) {
      if (order[axis] != axis) {
        return false;
      }
    }
    return true;
  }

  private static boolean all(@Nullable Tensor tensor, long value) {
    return tensor != null && Arrays.stream(tensor.toLongs()).allMatch(each -> each == value);
  }
}
