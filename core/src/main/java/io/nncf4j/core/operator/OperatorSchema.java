package io.nncf4j.core.operator;

import io.nncf4j.core.graph.OperatorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one operator in its canonical version.
 *
 * @param operator domain and type
 * @param family heading under which the operator is listed, such as {@code Convolution}
 * @param inputs inputs by position; the last may be variadic
 * @param outputs outputs by position; the last may be variadic
 * @param attributes known attributes with their defaults
 * @param inference how types and shapes of the outputs follow from the inputs
 * @param cost multiply-adds and such; {@link Cost#NONE} when the operator does no arithmetic worth
 *     counting
 */
public record OperatorSchema(
    OperatorType operator,
    String family,
    List<Parameter> inputs,
    List<Parameter> outputs,
    List<AttributeSchema> attributes,
    Inference inference,
    Cost cost) {
  public static final int UNLIMITED = Integer.MAX_VALUE;

  public OperatorSchema {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = List.copyOf(attributes);
  }

  /** Inputs that must be there, counted up to the last required one. */
  public int minimumInputs() {
    return minimum(inputs);
  }

  /** Largest number of inputs; {@link #UNLIMITED} for variadic operators. */
  public int maximumInputs() {
    return maximum(inputs);
  }

  public int minimumOutputs() {
    return minimum(outputs);
  }

  public int maximumOutputs() {
    return maximum(outputs);
  }

  /** The parameter that input {@code index} stands for, or null beyond the last. */
  public @Nullable Parameter input(int index) {
    return at(inputs, index);
  }

  /** The parameter that output {@code index} stands for, or null beyond the last. */
  public @Nullable Parameter output(int index) {
    return at(outputs, index);
  }

  /** The attribute of this name, or null when the operator knows none. */
  public @Nullable AttributeSchema attribute(String name) {
    for (AttributeSchema attribute : attributes) {
      if (attribute.name().equals(name)) {
        return attribute;
      }
    }
    return null;
  }

  private static int minimum(List<Parameter> parameters) {
    int minimum = 0;
    for (int index = 0; index < parameters.size(); index++) {
      minimum = parameters.get(index).isRequired() ? index + 1 : minimum;
    }
    return minimum;
  }

  private static int maximum(List<Parameter> parameters) {
    return !parameters.isEmpty() && parameters.get(parameters.size() - 1).isVariadic()
        ? UNLIMITED
        : parameters.size();
  }

  private static @Nullable Parameter at(List<Parameter> parameters, int index) {
    if (index < parameters.size()) {
      return parameters.get(index);
    }
    return maximum(parameters) == UNLIMITED ? parameters.get(parameters.size() - 1) : null;
  }
}
