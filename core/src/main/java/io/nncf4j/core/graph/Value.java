package io.nncf4j.core.graph;

import org.jspecify.annotations.Nullable;

/**
 * A named value of a graph, assigned once: by the caller (input), a constant, or one node.
 *
 * @param name unique among all values visible where it stands
 * @param type what is known of it, or null
 */
public record Value(String name, @Nullable ValueType type) {
  /** The tensor type, or {@link TensorType#UNKNOWN} for values of no or another type. */
  public TensorType tensorType() {
    return type instanceof TensorType tensor ? tensor : TensorType.UNKNOWN;
  }

  @Override
  public String toString() {
    return name + ": " + (type == null ? "?" : type);
  }
}
