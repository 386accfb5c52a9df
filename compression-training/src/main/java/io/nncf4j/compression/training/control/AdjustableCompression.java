package io.nncf4j.compression.training.control;

/** Compression whose rate can be chosen while a model is trained. */
public interface AdjustableCompression {
  /** Share of the model that is compressed away now. */
  double rate();

  /** Compresses by this rate from now on, whatever the schedule says. */
  void setRate(double rate);

  /** The tensors of the training state are those of this rate again. */
  default void restored(double rate) {}

  /** The largest rate that can be chosen. */
  default double maximalRate() {
    return 1;
  }

  /** Lets the schedule rest; the rate stays until it is chosen anew. */
  void disableScheduler();
}
