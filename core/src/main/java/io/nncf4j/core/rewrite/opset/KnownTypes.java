package io.nncf4j.core.rewrite.opset;

import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import java.util.Map;

/**
 * Types of values beyond those that the model records, and whether more would have been wanted.
 *
 * <p>Shape inference only knows the new forms of operators. So a graph is raised without it first,
 * in forms that fit every shape; when a rule asked in vain, types are inferred on the result and
 * the graph is raised once more, with simpler forms where shapes allow.
 */
final class KnownTypes {
  private final Map<String, ValueType> types;
  private boolean isMissing;

  KnownTypes(Map<String, ValueType> types) {
    this.types = types;
  }

  TensorType get(String value) {
    if (types.get(value) instanceof TensorType tensor) {
      return tensor;
    }
    isMissing = true;
    return TensorType.UNKNOWN;
  }

  /** True when a rule asked for a type that is not known. */
  boolean isMissing() {
    return isMissing;
  }
}
