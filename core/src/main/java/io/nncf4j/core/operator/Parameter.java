package io.nncf4j.core.operator;

import io.nncf4j.core.tensor.DataType;
import java.util.Set;

/**
 * One input or output of an operator.
 *
 * @param name as ONNX calls it; the last parameter may stand for many values
 * @param typeVariable name of the variable that all parameters of the same element type share, or
 *     empty when the parameter's type is its own
 * @param types element types allowed; empty when the value may also be a sequence, an optional or a
 *     map, or when any type will do
 * @param presence whether and how often it must be given
 */
public record Parameter(String name, String typeVariable, Set<DataType> types, Presence presence) {
  /** How often a parameter stands in a node. */
  public enum Presence {
    REQUIRED,
    OPTIONAL,
    /** Last parameter only: it stands for one or more values. */
    ONE_OR_MORE,
    /** Last parameter only: it stands for any number of values. */
    ANY_NUMBER
  }

  public boolean isVariadic() {
    return presence == Presence.ONE_OR_MORE || presence == Presence.ANY_NUMBER;
  }

  public boolean isRequired() {
    return presence == Presence.REQUIRED || presence == Presence.ONE_OR_MORE;
  }

  /** True when a value of this element type may stand here. */
  public boolean allows(DataType type) {
    return types.isEmpty() || types.contains(type);
  }
}
