package io.nncf4j.core.operator;

import io.nncf4j.core.graph.ValueType;
import java.util.List;

/** Types and shapes of a node's outputs, as far as they follow from what is known of its inputs. */
@FunctionalInterface
public interface Inference {
  /**
   * One type for each output of the node; a type may be partly or wholly unknown.
   *
   * @throws io.nncf4j.core.InputException when the inputs cannot be right, such as shapes that do
   *     not broadcast; the message names the node
   */
  List<? extends ValueType> infer(InferenceContext context);
}
