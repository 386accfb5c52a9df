package io.nncf4j.learning;

import io.nncf4j.core.InputException;

/**
 * Lowers the learning rate when a metric has not become better for some epochs, as PyTorch's
 * ReduceLROnPlateau does: better means by more than a ten-thousandth of the best so far.
 */
public final class RateOnPlateau {
  private static final double THRESHOLD = 1e-4;

  private final double step;
  private final int patience;
  private final double lowest;
  private double best = Double.NEGATIVE_INFINITY;
  private int badEpochs;
  private double factor = 1;

  /**
   * @param step by which the rate is multiplied, below 1
   * @param patience epochs without gain that are borne
   * @param lowest factor below which the rate does not fall
   */
  public RateOnPlateau(double step, int patience, double lowest) {
    if (!(step > 0 && step < 1) || patience < 0 || !(lowest >= 0)) {
      throw new InputException(
          "A plateau lowers the rate by a factor between 0 and 1 after 0 or more epochs; found "
              + step
              + " after "
              + patience
              + ", lowest "
              + lowest);
    }
    this.step = step;
    this.patience = patience;
    this.lowest = lowest;
  }

  /** What the first rate is to be multiplied by now. */
  public double factor() {
    return factor;
  }

  /**
   * An epoch is over.
   *
   * @param metric the higher the better
   */
  public void observe(double metric) {
    boolean isBetter =
        best == Double.NEGATIVE_INFINITY || metric > best + Math.abs(best) * THRESHOLD;
    if (isBetter) {
      best = metric;
      badEpochs = 0;
      return;
    }
    badEpochs++;
    if (badEpochs > patience) {
      factor = Math.max(lowest, factor * step);
      badEpochs = 0;
    }
  }

  /** What a checkpoint keeps. */
  public String state() {
    return best + " " + badEpochs + " " + factor;
  }

  /**
   * Goes on from what {@link #state} gave.
   *
   * @throws InputException when it is no such text
   */
  public void loadState(String state) {
    String[] parts = state.split(" ");
    try {
      if (parts.length == 3) {
        best = Double.parseDouble(parts[0]);
        badEpochs = Integer.parseInt(parts[1]);
        factor = Double.parseDouble(parts[2]);
        return;
      }
    } catch (NumberFormatException e) {
      throw new InputException("The state of a plateau is damaged: \"" + state + "\"", e);
    }
    throw new InputException("The state of a plateau has three numbers; found \"" + state + "\"");
  }
}
