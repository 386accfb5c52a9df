package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an {@link Inference} may ask about the node it is for. */
public interface InferenceContext {
  Node node();

  /** Type of input {@code index}, {@link TensorType#UNKNOWN} when absent or not known. */
  TensorType input(int index);

  /** Type of input {@code index} when it may be no tensor; null when absent or not known. */
  @Nullable ValueType inputType(int index);

  /** Content of input {@code index} when it is known before running, else null. */
  @Nullable Tensor constant(int index);

  /**
   * Content of integer input {@code index} (a scalar or vector, such as the target of Reshape) as
   * dimensions, each known, symbolic or unknown; null when not even the count is known.
   */
  @Nullable List<Dimension> shapeContent(int index);

  /** Types of the outputs of a body, given the types of its inputs. */
  List<@Nullable ValueType> inferBody(Graph body, List<? extends @Nullable ValueType> inputs);
}
