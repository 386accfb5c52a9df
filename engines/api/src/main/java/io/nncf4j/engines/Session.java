package io.nncf4j.engines;

import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A model made ready by an engine. One run at a time; several sessions may run side by side.
 *
 * <p>Inputs in buffers outside the heap are read without a copy. Outputs belong to the caller and
 * stay valid after {@link #close}, unless {@link SessionOptions#reuseOutputs} was asked for.
 */
public interface Session extends AutoCloseable {
  /** Inputs that must be given, with their types. */
  List<Value> inputs();

  /** What the session was compiled with. */
  SessionOptions options();

  /** Names of what a run hands back: the model's outputs, then the probes, each name once. */
  List<String> outputs();

  /**
   * Runs once.
   *
   * @param inputs a tensor for each of {@link #inputs}, by name
   * @return a tensor for each of {@link #outputs}, in that order
   * @throws io.nncf4j.core.InputException when an input is missing, unknown, or has another type or
   *     shape than the model takes
   */
  Map<String, Tensor> run(Map<String, Tensor> inputs);

  @Override
  void close();
}
