package io.nncf4j.formats.tensorflow.proto;

import io.nncf4j.core.InputException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A NodeDef.
 *
 * @param inputs {@code node}, {@code node:output}, in functions {@code node:name:output}; {@code
 *     ^node} orders and carries nothing
 */
public record NodeDefinition(
    String name, String operator, List<String> inputs, Map<String, AttributeValue> attributes) {
  public NodeDefinition {
    inputs = List.copyOf(inputs);
  }

  public static NodeDefinition of(Message message) {
    NodeDefinition node =
        new NodeDefinition(
            message.text(1),
            message.text(2),
            message.texts(3),
            message.map(5, AttributeValue::new));
    if (node.name().isEmpty() || node.operator().isEmpty()) {
      throw new InputException("A node has no name or no operator");
    }
    return node;
  }

  /** A loop whose condition and body are functions. */
  public static NodeDefinition loop(
      String name, List<String> inputs, String condition, String body) {
    return new NodeDefinition(
        name,
        "StatelessWhile",
        inputs,
        Map.of(
            "cond", AttributeValue.ofFunction(condition), "body", AttributeValue.ofFunction(body)));
  }

  /** A branch whose sides are functions. */
  public static NodeDefinition branch(
      String name, List<String> inputs, String whenTrue, String whenFalse) {
    return new NodeDefinition(
        name,
        "StatelessIf",
        inputs,
        Map.of(
            "then_branch",
            AttributeValue.ofFunction(whenTrue),
            "else_branch",
            AttributeValue.ofFunction(whenFalse)));
  }

  public NodeDefinition with(String newName, List<String> newInputs) {
    return new NodeDefinition(newName, operator, newInputs, attributes);
  }

  public @Nullable AttributeValue attribute(String attribute) {
    return attributes.get(attribute);
  }

  public String text(String attribute, String absent) {
    AttributeValue found = attributes.get(attribute);
    return found == null ? absent : found.text();
  }

  public long number(String attribute, long absent) {
    AttributeValue found = attributes.get(attribute);
    return found == null ? absent : found.number();
  }

  public float real(String attribute, float absent) {
    AttributeValue found = attributes.get(attribute);
    return found == null ? absent : found.real();
  }

  public boolean flag(String attribute, boolean absent) {
    AttributeValue found = attributes.get(attribute);
    return found == null ? absent : found.flag();
  }

  public long[] numbers(String attribute, long... absent) {
    AttributeValue found = attributes.get(attribute);
    return found == null ? absent : found.numbers();
  }
}
