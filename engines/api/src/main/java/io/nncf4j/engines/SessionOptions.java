package io.nncf4j.engines;

import io.nncf4j.core.InputException;
import java.util.List;

/**
 * How a session runs.
 *
 * @param threads threads that work on one run together, 1 or more
 * @param optimize whether the runtime may rewrite the graph; off for comparing bits
 * @param probes names of inner values to hand out as additional outputs behind the model's own, in
 *     this order; taps break fusion, so a session with probes is never timed
 * @param reuseOutputs whether the session may hand out the same buffers again: the tensors of one
 *     run are then valid only until the next run. For calibration and timing, where nothing is kept
 *     and nothing should be allocated; an engine that gains nothing from it ignores it
 */
public record SessionOptions(
    int threads, boolean optimize, List<String> probes, boolean reuseOutputs) {
  /** More threads than any machine has cores for would only wait for each other. */
  public static final int MAXIMUM_THREADS = 128;

  public SessionOptions {
    if (threads < 1 || threads > MAXIMUM_THREADS) {
      throw new InputException(
          "A session takes 1 to " + MAXIMUM_THREADS + " threads; found " + threads);
    }
    probes = List.copyOf(probes);
  }

  /** Two threads or as many as there are, optimised, no probes, outputs that the caller keeps. */
  public static SessionOptions defaults() {
    return new SessionOptions(
        Math.min(2, Runtime.getRuntime().availableProcessors()), true, List.of(), false);
  }

  public SessionOptions withThreads(int newThreads) {
    return new SessionOptions(newThreads, optimize, probes, reuseOutputs);
  }

  public SessionOptions withOptimize(boolean newOptimize) {
    return new SessionOptions(threads, newOptimize, probes, reuseOutputs);
  }

  public SessionOptions withProbes(List<String> newProbes) {
    return new SessionOptions(threads, optimize, newProbes, reuseOutputs);
  }

  public SessionOptions withReuseOutputs(boolean newReuseOutputs) {
    return new SessionOptions(threads, optimize, probes, newReuseOutputs);
  }
}
