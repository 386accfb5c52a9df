package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Finds the constant behind a value, looking through operators that exporters put between a weight
 * and its user.
 */
public final class ConstantOrigin {
  private static final String[] TRANSPARENT = {
    "Identity", "Transpose", "Reshape", "QuantizeLinear", "DequantizeLinear"
  };

  private ConstantOrigin() {}

  /** Name of the constant, or null when the value depends on an input. */
  public static @Nullable String name(Graph graph, String value) {
    String current = value;
    while (!current.isEmpty()) {
      if (graph.constantValue(current) != null) {
        return current;
      }
      Node producer = graph.producer(current);
      if (producer == null || !producer.is(TRANSPARENT)) {
        return null;
      }
      current = producer.input(0);
    }
    return null;
  }

  /** The tensor of {@link #name}, in the shape it is stored in; or null. */
  public static @Nullable Tensor tensor(Graph graph, String value) {
    String name = name(graph, value);
    return name == null ? null : graph.constantValue(name);
  }
}
