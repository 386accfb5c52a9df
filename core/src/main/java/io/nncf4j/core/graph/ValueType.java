package io.nncf4j.core.graph;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a value before running: a tensor, a sequence of values of one type, an optional
 * value, or a map (kept for pass-through only).
 */
public sealed interface ValueType
    permits TensorType, ValueType.SequenceType, ValueType.OptionalType, ValueType.MapType {
  /** A list of values of one type; the element type is null when it is not known. */
  record SequenceType(@Nullable ValueType element) implements ValueType {
    @Override
    public String toString() {
      return "sequence<" + (element == null ? "?" : element) + ">";
    }
  }

  /** A value that may be absent. */
  record OptionalType(@Nullable ValueType element) implements ValueType {
    @Override
    public String toString() {
      return "optional<" + (element == null ? "?" : element) + ">";
    }
  }

  /** A map from integers or strings, as classical machine-learning operators produce. */
  record MapType(io.nncf4j.core.tensor.DataType key, @Nullable ValueType value)
      implements ValueType {
    @Override
    public String toString() {
      return "map<" + key.label() + ", " + (value == null ? "?" : value) + ">";
    }
  }
}
