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
 */
public record SessionOptions(int threads, boolean optimize, List<String> probes) {
  public SessionOptions {
    if (threads < 1) {
      throw new InputException("A session needs at least one thread; found " + threads);
    }
    probes = List.copyOf(probes);
  }

  /** Two threads or as many as there are, optimised, no probes. */
  public static SessionOptions defaults() {
    return new SessionOptions(
        Math.min(2, Runtime.getRuntime().availableProcessors()), true, List.of());
  }

  public SessionOptions withThreads(int newThreads) {
    return new SessionOptions(newThreads, optimize, probes);
  }

  public SessionOptions withOptimize(boolean newOptimize) {
    return new SessionOptions(threads, newOptimize, probes);
  }

  public SessionOptions withProbes(List<String> newProbes) {
    return new SessionOptions(threads, optimize, newProbes);
  }
}
