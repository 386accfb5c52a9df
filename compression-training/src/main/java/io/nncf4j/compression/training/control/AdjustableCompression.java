package io.nncf4j.compression.training.control;

/** Compression whose rate can be chosen while a model is trained. */
public interface AdjustableCompression {
  /**
   * Share of what this algorithm may take that is compressed away now: counted in the model, not
   * what was asked for.
   */
  double rate();

  /**
   * Compresses by about this rate from now on, whatever the schedule says.
   *
   * @return false when the model stays as it was, as filters go by multiples of some number
   */
  boolean setRate(double rate);

  /** The largest rate that can be chosen. */
  default double maximalRate() {
    return 1;
  }

  /** Lets the schedule rest; the rate stays until it is chosen anew. */
  void disableScheduler();
}
