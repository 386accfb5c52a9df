package io.nncf4j.compression.latency;

import io.nncf4j.core.graph.Model;

/**
 * Runs models in turn and takes the time. An interface, so that what follows from times can be
 * tested without an engine and without a clock.
 */
interface ModelTimer extends AutoCloseable {
  /** Makes a model ready; it takes part from the next round on. */
  void add(Model model);

  /**
   * Runs each model several times in a row, one model after the other.
   *
   * @return nanoseconds by model, in the order of adding, and run
   */
  long[][] round(int runs);

  /** A clock in nanoseconds, for budgets. */
  long nanoTime();

  @Override
  void close();
}
