package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What is known about a node when it is compiled. */
public interface NodeContext {
  Node node();

  /** Version of the node's operator domain. */
  int opset();

  /** True when gradients may be asked for and 16-bit floats are widened. */
  boolean isTrainable();

  /** Content of input {@code index} when it is a constant that is not trained, else null. */
  @Nullable Tensor constant(int index);

  /** What the graph says about input {@code index}. */
  TensorType type(int index);

  /**
   * True when nothing but this node reads input {@code index} and no backward pass needs it, so
   * that the result may take its place in memory.
   */
  boolean canOverwrite(int index);

  /**
   * The type that values of {@code type} have while running: trainable graphs widen 16-bit floats.
   */
  DataType runningType(DataType type);

  /** The compiled body under this attribute. */
  Body body(String attribute);
}
