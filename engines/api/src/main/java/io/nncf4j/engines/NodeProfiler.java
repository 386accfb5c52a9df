package io.nncf4j.engines;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Finds out where the time of a run goes. An engine that can do this implements it beside {@link
 * Engine}.
 */
public interface NodeProfiler {
  /**
   * Runs the model and returns the time of each node, in the order of execution. Profiling itself
   * costs time, so that the sum is more than a run takes; shares and differences are what counts.
   *
   * @param runs runs that count, after a few to warm up
   */
  List<NodeTime> profile(Model model, Map<String, Tensor> inputs, SessionOptions options, int runs);
}
