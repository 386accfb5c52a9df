package io.nncf4j.core.rewrite.opset;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Single operators of all kinds. */
final class OtherRules {
  private OtherRules() {}

  static List<RaiseRule> rules() {
    List<RaiseRule> rules = new ArrayList<>();
    rules.addAll(RaiseRule.forAll(2, OtherRules::wholeNorm, "LpPool", "GlobalLpPool"));
    rules.add(new RaiseRule("Cast", 6, OtherRules::castTarget));
    rules.add(
        new RaiseRule(
            "Selu", 6, (node, raising) -> withDefaults(node, "alpha", 1.6732f, "gamma", 1.0507f)));
    rules.addAll(
        RaiseRule.forAll(
            7,
            (node, raising) -> node.withAttributes(node.attributes().without("output_sequence")),
            "RNN",
            "GRU",
            "LSTM"));
    rules.add(new RaiseRule("Scan", 9, OtherRules::scanOverBatch));
    rules.add(new RaiseRule("Clip", 11, OtherRules::limits));
    rules.add(new RaiseRule("RoiAlign", 16, OtherRules::roiCoordinates));
    rules.add(new RaiseRule("DFT", 20, OtherRules::axisOfTransform));
    rules.add(new RaiseRule("GridSample", 20, OtherRules::gridMode));
    return rules;
  }

  /** The order of the norm was a float once. */
  private static Node wholeNorm(Node node, Raising raising) {
    float order = node.floatAttribute("p", 2);
    if (order != (int) order) {
      throw raising.unsupported(node, "its norm " + order + " is no whole number");
    }
    return node.withAttributes(node.attributes().with("p", (long) order));
  }

  private static Node castTarget(Node node, Raising raising) {
    if (!(node.attributes().get("to") instanceof Attribute.StringAttribute)) {
      return node;
    }
    String type = node.stringAttribute("to", "");
    for (DataType candidate : DataType.values()) {
      if (type.equals(oldName(candidate))) {
        return node.withAttributes(node.attributes().with("to", (long) candidate.onnxNumber()));
      }
    }
    throw raising.unsupported(node, "it casts to the unknown type \"" + type + "\"");
  }

  /** The text that Cast-1 named a type by. */
  private static String oldName(DataType type) {
    return switch (type) {
      case FLOAT32 -> "FLOAT";
      case FLOAT64 -> "DOUBLE";
      default -> type.name();
    };
  }

  private static Node withDefaults(
      Node node, String first, float firstValue, String second, float secondValue) {
    return node.withAttributes(
        node.attributes()
            .with(first, node.floatAttribute(first, firstValue))
            .with(second, node.floatAttribute(second, secondValue)));
  }

  private static Node limits(Node node, Raising raising) {
    Node raised = node.withAttributes(node.attributes().without("min", "max"));
    if (node.attributes().has("min")) {
      float minimum = node.floatAttribute("min", 0);
      raised = raised.withInput(1, raising.scalar(node, "min", minimum, node.input(0)));
    }
    if (node.attributes().has("max")) {
      float maximum = node.floatAttribute("max", 0);
      raised = raised.withInput(2, raising.scalar(node, "max", maximum, node.input(0)));
    }
    return raised;
  }

  private static Node roiCoordinates(Node node, Raising raising) {
    String attribute = "coordinate_transformation_mode";
    return node.attributes().has(attribute)
        ? node
        : node.withAttributes(node.attributes().with(attribute, "output_half_pixel"));
  }

  private static Node axisOfTransform(Node node, Raising raising) {
    Tensor axis = Tensor.scalar(node.intAttribute("axis", 1));
    return node.withAttributes(node.attributes().without("axis"))
        .withInput(2, raising.constant(node, "axis", axis));
  }

  private static Node gridMode(Node node, Raising raising) {
    return switch (node.stringAttribute("mode", "bilinear")) {
      case "bilinear" -> node.withAttributes(node.attributes().with("mode", "linear"));
      case "bicubic" -> node.withAttributes(node.attributes().with("mode", "cubic"));
      default -> node;
    };
  }

  /**
   * Scan-8 ran over batches too; Scan-9 does not, so the scan becomes the body of a scan over the
   * batch axis.
   *
   * <pre>
   *   before:  states, xs -> Scan-8(body)                -> states, ys
   *   after:   states, xs -> Scan(b: Scan(body)) -> states, ys,  all scanned over axis 0
   * </pre>
   */
  private static Node scanOverBatch(Node node, Raising raising) {
    if (node.hasInput(0)) {
      throw raising.unsupported(node, "its batches have lengths of their own");
    }
    List<String> scanned = node.inputs().subList(1, node.inputs().size());
    List<Value> inputs =
        scanned.stream().map(name -> new Value(raising.freshName(name + "_one"), null)).toList();
    List<Value> outputs =
        node.outputs().stream()
            .map(name -> new Value(raising.freshName(name + "_one"), null))
            .toList();
    Attributes innerAttributes = node.attributes().without("directions");
    long[] directions = node.intsAttributeOrNull("directions");
    if (directions != null) {
      innerAttributes = innerAttributes.with("scan_input_directions", directions);
    }
    Node inner =
        Node.onnx(
            raising.freshName(node.name() + "_one"),
            "Scan",
            innerAttributes,
            inputs.stream().map(Value::name).toList(),
            outputs.stream().map(Value::name).toList());
    Graph overBatch =
        new Graph(node.name() + "_batch", inputs, outputs, Map.of(), List.of(inner), Map.of());
    return node.withInputs(scanned)
        .withAttributes(
            Attributes.of("body", Attribute.of(overBatch))
                .with("num_scan_inputs", (long) scanned.size()));
  }
}
