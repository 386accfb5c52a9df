package io.nncf4j.core.operator;

import io.nncf4j.core.graph.OperatorType;
import java.util.List;

/**
 * What is known about one operator in its canonical version.
 *
 * @param operator domain and type
 * @param family heading under which the operator is listed, such as {@code Convolution}
 * @param minimumInputs inputs that must be present, counted from the first
 * @param maximumInputs largest number of inputs; {@link #UNLIMITED} for variadic operators
 * @param minimumOutputs outputs that must be present
 * @param maximumOutputs largest number of outputs
 * @param attributes known attributes with their defaults
 * @param inference how types and shapes of the outputs follow from the inputs
 * @param cost multiply-adds and such; {@link Cost#NONE} when the operator does no arithmetic worth
 *     counting
 */
public record OperatorSchema(
    OperatorType operator,
    String family,
    int minimumInputs,
    int maximumInputs,
    int minimumOutputs,
    int maximumOutputs,
    List<AttributeSchema> attributes,
    Inference inference,
    Cost cost) {
  public static final int UNLIMITED = Integer.MAX_VALUE;

  public OperatorSchema {
    attributes = List.copyOf(attributes);
  }
}
