package io.nncf4j.core.rewrite.opset;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Normalisation and dropout. */
final class NormalizationRules {
  private NormalizationRules() {}

  static List<RaiseRule> rules() {
    List<RaiseRule> rules = new ArrayList<>();
    rules.addAll(
        RaiseRule.forAll(
            7,
            (node, raising) -> node.withAttributes(node.attributes().without("is_test")),
            "BatchNormalization",
            "Dropout"));
    rules.add(new RaiseRule("BatchNormalization", 9, NormalizationRules::spatial));
    rules.add(new RaiseRule("BatchNormalization", 14, NormalizationRules::statistics));
    rules.add(new RaiseRule("Dropout", 10, NormalizationRules::mask));
    rules.add(new RaiseRule("Dropout", 12, NormalizationRules::ratio));
    rules.add(new RaiseRule("GroupNormalization", 21, NormalizationRules::perChannel));
    return rules;
  }

  /** With {@code spatial=0} each element had parameters of its own: one channel each, then. */
  private static Node spatial(Node node, Raising raising) {
    boolean isSpatial = node.intAttribute("spatial", 1) != 0;
    Node plain = node.withAttributes(node.attributes().without("spatial"));
    if (isSpatial) {
      return plain;
    }
    String x = node.input(0);
    List<String> inputs = new ArrayList<>();
    inputs.add(raising.before(node, "Flatten", Attributes.of("axis", Attribute.of(1L)), x));
    String vector = raising.constant(node, "vector", Tensor.vector(-1));
    for (String parameter : node.inputs().subList(1, node.inputs().size())) {
      inputs.add(raising.before(node, "Reshape", Attributes.NONE, parameter, vector));
    }
    String shape = raising.before(node, "Shape", Attributes.NONE, x);
    return raising.behind(plain.withInputs(inputs), 0, "Reshape", Attributes.NONE, shape);
  }

  /** Running statistics were asked for by naming them; now training is an attribute. */
  private static Node statistics(Node node, Raising raising) {
    List<String> outputs = node.outputs();
    int last = outputs.size() - 1;
    while (last > 0 && !raising.isRead(outputs.get(last))) {
      last--;
    }
    if (last > 2) {
      throw raising.unsupported(node, "its outputs saved_mean and saved_var are gone");
    }
    Node trimmed = node.withOutputs(outputs.subList(0, Math.min(last + 1, outputs.size())));
    return last <= 0
        ? trimmed
        : trimmed.withAttributes(trimmed.attributes().with("training_mode", 1));
  }

  /** The mask had the type of the data. */
  private static Node mask(Node node, Raising raising) {
    return raising.isRead(node.output(1))
        ? raising.behind(node, 1, "CastLike", Attributes.NONE, node.input(0))
        : node;
  }

  private static Node ratio(Node node, Raising raising) {
    if (!node.attributes().has("ratio")) {
      return node;
    }
    Tensor ratio = Tensor.scalar(node.floatAttribute("ratio", 0.5f));
    return node.withAttributes(node.attributes().without("ratio"))
        .withInput(1, raising.constant(node, "ratio", ratio));
  }

  /**
   * Scale and bias had one number for each group; each number is repeated for the channels of its
   * group.
   */
  private static Node perChannel(Node node, Raising raising) {
    long groups = node.intAttribute("num_groups", 1);
    Attributes channelAxis = Attributes.of("start", Attribute.of(1L)).with("end", 2);
    String channels = raising.before(node, "Shape", channelAxis, node.input(0));
    String count = raising.constant(node, "groups", Tensor.vector(groups));
    String each = raising.before(node, "Div", Attributes.NONE, channels, count);
    Attributes axis = Attributes.of("axis", Attribute.of(0L));
    String table = raising.before(node, "Concat", axis, count, each);
    String column = raising.constant(node, "column", Tensor.vector(-1, 1));
    String vector = raising.constant(node, "vector", Tensor.vector(-1));
    Node raised = node;
    for (int index = 1; index <= 2; index++) {
      String grouped = raising.before(node, "Reshape", Attributes.NONE, node.input(index), column);
      String repeated = raising.before(node, "Expand", Attributes.NONE, grouped, table);
      raised =
          raised.withInput(
              index, raising.before(node, "Reshape", Attributes.NONE, repeated, vector));
    }
    return raised;
  }
}
