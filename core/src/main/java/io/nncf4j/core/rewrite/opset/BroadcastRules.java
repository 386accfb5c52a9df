package io.nncf4j.core.rewrite.opset;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Up to opset 6 the second operand was laid along an axis of the first; since opset 7 operands are
 * aligned at their last dimension, so that trailing ones must be added to the second.
 */
final class BroadcastRules {
  private BroadcastRules() {}

  static List<RaiseRule> rules() {
    List<RaiseRule> rules = new ArrayList<>();
    rules.addAll(
        RaiseRule.forAll(
            7,
            BroadcastRules::binary,
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Pow",
            "And",
            "Or",
            "Xor",
            "Equal",
            "Greater",
            "Less"));
    rules.add(new RaiseRule("PRelu", 7, (node, raising) -> align(node, raising, 1)));
    rules.add(new RaiseRule("Gemm", 7, (node, raising) -> without(node, "broadcast")));
    return rules;
  }

  private static Node binary(Node node, Raising raising) {
    boolean broadcast = node.intAttribute("broadcast", 0) != 0;
    Node plain = without(node, "broadcast", "axis");
    return broadcast && node.attributes().has("axis")
        ? align(plain, raising, node.intAttribute("axis", 0))
        : plain;
  }

  private static Node without(Node node, String... attributes) {
    return node.withAttributes(node.attributes().without(attributes));
  }

  /** Lets dimension 0 of the second operand meet dimension {@code axis} of the first. */
  private static Node align(Node node, Raising raising, long axis) {
    Shape first = raising.shape(node.input(0));
    Shape second = raising.shape(node.input(1));
    if (first == null || second == null) {
      return alignAtRunTime(node, raising, axis);
    }
    long trailing = first.rank() - (axis < 0 ? axis + first.rank() : axis) - second.rank();
    if (trailing <= 0) {
      return node;
    }
    Tensor constant = raising.tensor(node.input(1));
    if (constant != null) {
      long[] shape = Arrays.copyOf(constant.shape(), second.rank() + (int) trailing);
      Arrays.fill(shape, second.rank(), shape.length, 1);
      return node.withInput(1, raising.constant(node, "operand", constant.reshape(shape)));
    }
    long[] axes = new long[(int) trailing];
    Arrays.setAll(axes, index -> (long) second.rank() + index);
    String list = raising.constant(node, "axes", Tensor.vector(axes));
    return node.withInput(
        1, raising.before(node, "Unsqueeze", Attributes.NONE, node.input(1), list));
  }

  private static Node alignAtRunTime(Node node, Raising raising, long axis) {
    Attributes ones = Attributes.of("value", Attribute.of(Tensor.vector(1)));
    String secondShape = raising.before(node, "Shape", Attributes.NONE, node.input(1));
    // Shape takes the dimensions from the axis on, also when it counts from the end.
    String lengths =
        raising.before(node, "Shape", Attributes.of("start", Attribute.of(axis)), node.input(0));
    String covered = raising.before(node, "Shape", Attributes.NONE, lengths);
    String own = raising.before(node, "Shape", Attributes.NONE, secondShape);
    String difference = raising.before(node, "Sub", Attributes.NONE, covered, own);
    String zero = raising.constant(node, "zero", Tensor.vector(0));
    String trailing = raising.before(node, "Max", Attributes.NONE, difference, zero);
    String padding = raising.before(node, "ConstantOfShape", ones, trailing);
    String shape =
        raising.before(
            node, "Concat", Attributes.of("axis", Attribute.of(0L)), secondShape, padding);
    return node.withInput(
        1, raising.before(node, "Reshape", Attributes.NONE, node.input(1), shape));
  }
}
