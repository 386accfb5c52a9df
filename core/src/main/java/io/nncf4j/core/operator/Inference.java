package io.nncf4j.core.operator;

import io.nncf4j.core.graph.ValueType;
import java.util.List;

/** Types and shapes of a node's outputs, as far as they follow from what is known of its inputs. */
@FunctionalInterface
public interface Inference {
  /**
   * Types of the outputs in order; a type may be partly or wholly unknown, and types at the end may
   * be missing. An element type left open is filled in from the operator's signature.
   *
   * @throws io.nncf4j.core.InputException when the inputs cannot be right, such as shapes that do
   *     not broadcast; {@link ShapeInference} adds the node's name
   */
  List<? extends ValueType> infer(InferenceContext context);
}
