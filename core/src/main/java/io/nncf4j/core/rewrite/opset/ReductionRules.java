package io.nncf4j.core.rewrite.opset;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Operators along axes: reductions, softmax and its kin, top-k. */
final class ReductionRules {
  private ReductionRules() {}

  static List<RaiseRule> rules() {
    List<RaiseRule> rules = new ArrayList<>();
    rules.add(new RaiseRule("ReduceSum", 13, ReductionRules::axes));
    rules.addAll(
        RaiseRule.forAll(
            18,
            ReductionRules::axes,
            "ReduceMean",
            "ReduceMax",
            "ReduceMin",
            "ReduceProd",
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceSumSquare"));
    rules.addAll(RaiseRule.forAll(13, ReductionRules::softmax, "Softmax", "LogSoftmax", "Hardmax"));
    rules.add(new RaiseRule("TopK", 10, ReductionRules::topK));
    return rules;
  }

  private static Node axes(Node node, Raising raising) {
    return raising.attributeToInput(node, "axes", 1);
  }

  private static Node topK(Node node, Raising raising) {
    if (!node.attributes().has("k")) {
      return node;
    }
    Tensor count = Tensor.vector(node.intAttribute("k", 1));
    return node.withAttributes(node.attributes().without("k"))
        .withInput(1, raising.constant(node, "k", count));
  }

  /**
   * Up to opset 12, everything from {@code axis} on was one long row:
   *
   * <pre>
   *   before:  x -> Softmax(axis) -> y
   *   after:   x -> Flatten(axis) -> Softmax(-1) -> Reshape -> y,  with x's shape
   *   or:      x -> Softmax(axis) -> y,  where all dimensions behind the axis have length 1
   * </pre>
   */
  private static Node softmax(Node node, Raising raising) {
    long axis = node.intAttribute("axis", 1);
    Node explicit = node.withAttributes(node.attributes().with("axis", axis));
    if (isRowOfOneAxis(raising.shape(node.input(0)), axis)) {
      return explicit;
    }
    String x = node.input(0);
    String flat = raising.before(node, "Flatten", Attributes.of("axis", Attribute.of(axis)), x);
    String shape = raising.before(node, "Shape", Attributes.NONE, x);
    Node onRows = node.withInput(0, flat).withAttributes(node.attributes().with("axis", -1));
    Attributes allowEmpty = Attributes.of("allowzero", Attribute.of(1L));
    return raising.behind(onRows, 0, "Reshape", allowEmpty, shape);
  }

  private static boolean isRowOfOneAxis(@org.jspecify.annotations.Nullable Shape shape, long axis) {
    if (axis == -1) {
      return true;
    }
    if (shape == null) {
      return false;
    }
    long first = axis < 0 ? axis + shape.rank() : axis;
    // An axis equal to the rank would make rows of one element, which the new form cannot say.
    return first >= 0
        && first < shape.rank()
        && shape.dimensions().subList((int) first + 1, shape.rank()).stream()
            .allMatch(Dimension.of(1)::equals);
  }
}
