package io.nncf4j.core.graph;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation: its operator, attributes, and the names of the values it reads and defines.
 *
 * @param name unique in its graph, never empty; readers make one up where a file has none
 * @param operator domain and type
 * @param attributes attributes as given; absent ones take the defaults of the operator's schema
 * @param inputs value names by position; an empty name is an absent optional input
 * @param outputs value names by position; an empty name is an output that nobody asked for
 */
public record Node(
    String name,
    OperatorType operator,
    Attributes attributes,
    List<String> inputs,
    List<String> outputs) {
  public Node {
    if (name.isEmpty()) {
      throw new InputException("A node of type " + operator + " has no name");
    }
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** A node of the ONNX domain. */
  public static Node onnx(
      String name, String type, Attributes attributes, List<String> inputs, List<String> outputs) {
    return new Node(name, OperatorType.onnx(type), attributes, inputs, outputs);
  }

  /** True for an operator of the ONNX domain with one of these types. */
  public boolean is(String... types) {
    return operator.isOnnx() && Arrays.asList(types).contains(operator.name());
  }

  /** Operator type without its domain. */
  public String type() {
    return operator.name();
  }

  /** Name of input {@code index}, empty when absent or beyond the end. */
  public String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  public boolean hasInput(int index) {
    return !input(index).isEmpty();
  }

  /** Name of output {@code index}, empty when absent or beyond the end. */
  public String output(int index) {
    return index < outputs.size() ? outputs.get(index) : "";
  }

  public Node withName(String newName) {
    return new Node(newName, operator, attributes, inputs, outputs);
  }

  public Node withOperator(OperatorType newOperator) {
    return new Node(name, newOperator, attributes, inputs, outputs);
  }

  public Node withAttributes(Attributes newAttributes) {
    return new Node(name, operator, newAttributes, inputs, outputs);
  }

  public Node withInputs(List<String> newInputs) {
    return new Node(name, operator, attributes, newInputs, outputs);
  }

  public Node withOutputs(List<String> newOutputs) {
    return new Node(name, operator, attributes, inputs, newOutputs);
  }

  /**
   * The same node reading {@code value} at {@code index}; the list is padded with absent inputs.
   */
  public Node withInput(int index, String value) {
    List<String> changed = new ArrayList<>(inputs);
    while (changed.size() <= index) {
      changed.add("");
    }
    changed.set(index, value);
    return withInputs(changed);
  }

  public long intAttribute(String attribute, long absent) {
    Attribute found = attributes.get(attribute);
    return found == null
        ? absent
        : require(attribute, found, Attribute.IntAttribute.class, "an integer").value();
  }

  public float floatAttribute(String attribute, float absent) {
    Attribute found = attributes.get(attribute);
    return found == null
        ? absent
        : require(attribute, found, Attribute.FloatAttribute.class, "a float").value();
  }

  public String stringAttribute(String attribute, String absent) {
    Attribute found = attributes.get(attribute);
    return found == null
        ? absent
        : require(attribute, found, Attribute.StringAttribute.class, "a string").text();
  }

  /** A fresh array of the values, or null when absent. */
  public long @Nullable [] intsAttributeOrNull(String attribute) {
    Attribute found = attributes.get(attribute);
    return found == null
        ? null
        : require(attribute, found, Attribute.IntsAttribute.class, "a list of integers")
            .values()
            .stream()
            .mapToLong(Long::longValue)
            .toArray();
  }

  public long[] intsAttribute(String attribute, long... absent) {
    long[] found = intsAttributeOrNull(attribute);
    return found == null ? absent : found;
  }

  public @Nullable Tensor tensorAttribute(String attribute) {
    Attribute found = attributes.get(attribute);
    return found == null
        ? null
        : require(attribute, found, Attribute.TensorAttribute.class, "a tensor").value();
  }

  /** The body under this attribute. */
  public Graph graphAttribute(String attribute) {
    Attribute found = attributes.get(attribute);
    if (found == null) {
      throw new InputException(
          "Node \"" + name + "\" (" + operator + ") lacks the attribute " + attribute);
    }
    return require(attribute, found, Attribute.GraphAttribute.class, "a graph").value();
  }

  private <T extends Attribute> T require(
      String attribute, Attribute found, Class<T> kind, String expected) {
    if (!kind.isInstance(found)) {
      throw new InputException(
          "Node \""
              + name
              + "\" ("
              + operator
              + "): attribute "
              + attribute
              + " should be "
              + expected
              + ", found "
              + found.getClass().getSimpleName());
    }
    return kind.cast(found);
  }
}
