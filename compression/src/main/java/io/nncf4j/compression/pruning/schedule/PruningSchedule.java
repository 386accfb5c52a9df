package io.nncf4j.compression.pruning.schedule;

import io.nncf4j.core.InputException;

/**
 * The share to be pruned in each epoch: nothing in the first epochs, then from {@code initial} to
 * {@code target}, then frozen.
 *
 * @param kind the form of the curve
 * @param initial level at the first epoch after the waiting ones
 * @param target level at the end
 * @param waitingEpochs epochs at the start without pruning ({@code num_init_steps})
 * @param growingEpochs epochs until the target is reached ({@code pruning_steps}); the baseline
 *     schedule reaches it at once
 */
public record PruningSchedule(
    Kind kind, double initial, double target, int waitingEpochs, int growingEpochs) {
  /** Form of the curve, by the names of the configuration. */
  public enum Kind {
    /** The target at once. */
    BASELINE,
    /** The share that stays falls by the same factor each epoch. */
    EXPONENTIAL,
    /**
     * {@code a*exp(-k*epoch)+b}, which passes three quarters of the target after an eighth of the
     * epochs.
     */
    EXPONENTIAL_WITH_BIAS;

    public static Kind named(String name) {
      return switch (name) {
        case "baseline" -> BASELINE;
        case "exponential" -> EXPONENTIAL;
        case "exponential_with_bias" -> EXPONENTIAL_WITH_BIAS;
        default ->
            throw new InputException(
                "A pruning schedule should be baseline, exponential or exponential_with_bias;"
                    + " found \""
                    + name
                    + "\"");
      };
    }
  }

  public PruningSchedule {
    if (!(initial >= 0 && initial <= 1 && target >= 0 && target <= 1)) {
      throw new InputException(
          "Pruning goes from a level to a level between 0 and 1; found "
              + initial
              + " to "
              + target);
    }
    if (waitingEpochs < 0 || growingEpochs < 1) {
      throw new InputException(
          "A pruning schedule waits 0 epochs or more and grows over 1 or more; found "
              + waitingEpochs
              + " and "
              + growingEpochs);
    }
  }

  /** The level that holds during {@code epoch}, counted from 0. */
  public double level(int epoch) {
    int grown = epoch - waitingEpochs;
    if (grown < 0) {
      return 0;
    }
    return switch (kind) {
      case BASELINE -> target;
      case EXPONENTIAL -> exponential(grown);
      case EXPONENTIAL_WITH_BIAS -> {
        Curve curve = curve();
        yield Math.min(curve.a * Math.exp(-curve.k * grown) + curve.b, target);
      }
    };
  }

  /** True from the epoch on after which masks no longer change. */
  public boolean isFrozen(int epoch) {
    return epoch >= waitingEpochs + (kind == Kind.BASELINE ? 0 : growingEpochs);
  }

  private double exponential(int grown) {
    double first = 1 - initial;
    double last = 1 - target;
    int span = growingEpochs - 1;
    if (span == 0) {
      return target;
    }
    double staying = first * Math.pow(last / first, (double) grown / span);
    return Math.min(1 - Math.max(staying, last), target);
  }

  /**
   * {@code level = a*exp(-k*epoch)+b}.
   *
   * @param a at the start less {@code b}
   * @param b what the curve tends to
   * @param k how fast, per epoch
   */
  public record Curve(double a, double b, double k) {}

  /**
   * The constants of the curve with bias. With {@code T} the last growing epoch and {@code y =
   * exp(-k*T)}, {@code k} solves {@code y^(1/8) - c*y + c - 1 = 0} for {@code c =
   * (3/4*target-initial) / (target-initial)}; {@code k = 0} solves it too and is not meant.
   */
  public Curve curve() {
    int span = growingEpochs - 1;
    if (span == 0 || target == initial) {
      return new Curve(0, target, 1);
    }
    double c = (0.75 * target - initial) / (target - initial);
    double y = Math.exp(-root(c, span) * span);
    double a = (target - initial) / (y - 1);
    return new Curve(a, initial - a, root(c, span));
  }

  private static double residual(double k, double c, int span) {
    double y = Math.exp(-k * span);
    return Math.pow(y, 0.125) - c * y + c - 1;
  }

  /** The root beyond the one at 0: the residual rises from 0 to it or falls, and changes sign. */
  private static double root(double c, int span) {
    double low = 0.01 / span;
    double sign = Math.signum(residual(low, c, span));
    double high = low;
    while (Math.signum(residual(high, c, span)) == sign) {
      low = high;
      high *= 1.1;
      if (high > 1000) {
        throw new InputException(
            "No exponential curve with bias leads from this initial level to this target within "
                + (span + 1)
                + " epochs; take the schedule exponential, or a smaller initial level");
      }
    }
    for (int step = 0; step < 100; step++) {
      double middle = (low + high) / 2;
      if (Math.signum(residual(middle, c, span)) == sign) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
