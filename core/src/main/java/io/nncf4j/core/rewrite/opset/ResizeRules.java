package io.nncf4j.core.rewrite.opset;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Upsample became Resize, which then learned to name its ways of sampling. */
final class ResizeRules {
  private ResizeRules() {}

  static List<RaiseRule> rules() {
    List<RaiseRule> rules = new ArrayList<>();
    rules.add(new RaiseRule("Upsample", 7, ResizeRules::heightAndWidth));
    rules.add(new RaiseRule("Upsample", 9, ResizeRules::scales));
    rules.add(new RaiseRule("Upsample", 10, ResizeRules::resize));
    rules.add(new RaiseRule("Resize", 11, ResizeRules::coordinates));
    rules.add(new RaiseRule("Resize", 13, ResizeRules::absentInputs));
    return rules;
  }

  private static Node heightAndWidth(Node node, Raising raising) {
    if (node.attributes().has("scales")) {
      return node;
    }
    List<Float> scales =
        List.of(
            1f, 1f, node.floatAttribute("height_scale", 1), node.floatAttribute("width_scale", 1));
    return node.withAttributes(
        node.attributes()
            .without("height_scale", "width_scale")
            .with("scales", new Attribute.FloatsAttribute(scales)));
  }

  private static Node scales(Node node, Raising raising) {
    if (!(node.attributes().get("scales") instanceof Attribute.FloatsAttribute list)) {
      return node;
    }
    float[] scales = new float[list.values().size()];
    for (int index = 0; index < scales.length; index++) {
      scales[index] = list.values().get(index);
    }
    return node.withAttributes(node.attributes().without("scales"))
        .withInput(1, raising.constant(node, "scales", Tensor.ofFloats(scales, scales.length)));
  }

  private static Node resize(Node node, Raising raising) {
    String mode = node.stringAttribute("mode", "nearest");
    return node.withOperator(OperatorType.onnx("Resize"))
        .withAttributes(node.attributes().with("mode", mode.equals("bilinear") ? "linear" : mode));
  }

  /** Up to opset 10: output / scale; nearest rounds down, and up where it makes images smaller. */
  private static Node coordinates(Node node, Raising raising) {
    boolean shrinks = shrinks(raising.tensor(node.input(1)));
    return node.withInputs(List.of(node.input(0), "", node.input(1)))
        .withAttributes(
            node.attributes()
                .with("coordinate_transformation_mode", "asymmetric")
                .with("nearest_mode", shrinks ? "ceil" : "floor"));
  }

  private static boolean shrinks(@Nullable Tensor scales) {
    if (scales != null) {
      for (float scale : scales.toFloats()) {
        if (scale < 1) {
          return true;
        }
      }
    }
    return false;
  }

  /** Inputs that were not wanted had to be given as empty tensors. */
  private static Node absentInputs(Node node, Raising raising) {
    Node raised = node;
    for (int index = 1; index < node.inputs().size(); index++) {
      Tensor tensor = raising.tensor(node.input(index));
      if (tensor != null && tensor.size() == 0) {
        raised = raised.withInput(index, "");
      }
    }
    return raised;
  }
}
