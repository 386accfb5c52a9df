package io.nncf4j.core.rewrite.opset;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Operators that move elements: what once was an attribute is an input now. */
final class ShapeRules {
  private ShapeRules() {}

  static List<RaiseRule> rules() {
    List<RaiseRule> rules = new ArrayList<>();
    rules.add(new RaiseRule("Reshape", 5, (node, raising) -> input(node, raising, "shape", 1)));
    rules.add(new RaiseRule("Concat", 4, ShapeRules::concatAxis));
    rules.add(new RaiseRule("Tile", 6, ShapeRules::tile));
    rules.add(new RaiseRule("Pad", 2, ShapeRules::paddings));
    rules.add(new RaiseRule("Pad", 11, ShapeRules::pads));
    rules.add(new RaiseRule("Slice", 10, ShapeRules::slice));
    rules.addAll(
        RaiseRule.forAll(
            13, (node, raising) -> input(node, raising, "axes", 1), "Squeeze", "Unsqueeze"));
    rules.add(new RaiseRule("Split", 13, (node, raising) -> input(node, raising, "split", 1)));
    rules.add(new RaiseRule("Split", 18, ShapeRules::splitCount));
    rules.add(new RaiseRule("Scatter", 11, ShapeRules::scatter));
    return rules;
  }

  private static Node input(Node node, Raising raising, String attribute, int index) {
    return raising.attributeToInput(node, attribute, index);
  }

  private static Node concatAxis(Node node, Raising raising) {
    return node.attributes().has("axis")
        ? node
        : node.withAttributes(node.attributes().with("axis", 1));
  }

  /** Tile-1 repeats along one axis given at run time; Tile-6 has a count for each axis. */
  private static Node tile(Node node, Raising raising) {
    Attributes ones = Attributes.of("value", Attribute.of(Tensor.vector(1)));
    String shape = raising.before(node, "Shape", Attributes.NONE, node.input(0));
    String rank = raising.before(node, "Shape", Attributes.NONE, shape);
    String counts = raising.before(node, "ConstantOfShape", ones, rank);
    String single = raising.constant(node, "single", Tensor.vector(1));
    String axis = asVector(node, raising, node.input(2), single);
    String tiles = asVector(node, raising, node.input(1), single);
    String repeats =
        raising.before(
            node, "ScatterElements", Attributes.of("axis", attribute(0)), counts, axis, tiles);
    return node.withInputs(List.of(node.input(0), repeats));
  }

  private static String asVector(Node node, Raising raising, String value, String single) {
    String number = raising.before(node, "Cast", Attributes.of("to", attribute(7)), value);
    return raising.before(node, "Reshape", Attributes.NONE, number, single);
  }

  private static Attribute attribute(long value) {
    return Attribute.of(value);
  }

  private static Node paddings(Node node, Raising raising) {
    long[] pads = node.intsAttributeOrNull("paddings");
    return pads == null
        ? node
        : node.withAttributes(node.attributes().without("paddings").with("pads", pads));
  }

  private static Node pads(Node node, Raising raising) {
    float value = node.floatAttribute("value", 0);
    Node raised = raising.attributeToInput(node, "pads", 1);
    if (value != 0) {
      raised = raised.withInput(2, raising.scalar(node, "value", value, node.input(0)));
    }
    return raised.withAttributes(raised.attributes().without("value"));
  }

  private static Node slice(Node node, Raising raising) {
    Node raised = raising.attributeToInput(node, "starts", 1);
    raised = raising.attributeToInput(raised, "ends", 2);
    return raising.attributeToInput(raised, "axes", 3);
  }

  /** Equal parts were implied; now their number is said. */
  private static Node splitCount(Node node, Raising raising) {
    return node.hasInput(1)
        ? node
        : node.withAttributes(node.attributes().with("num_outputs", (long) node.outputs().size()));
  }

  private static Node scatter(Node node, Raising raising) {
    return node.withOperator(OperatorType.onnx("ScatterElements"));
  }
}
