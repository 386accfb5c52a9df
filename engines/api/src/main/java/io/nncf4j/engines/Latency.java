package io.nncf4j.engines;

import io.nncf4j.core.InputException;
import java.util.Arrays;

/**
 * How long single runs took, in nanoseconds.
 *
 * @param medianNanos half of the runs took at most this long
 * @param p90Nanos nine of ten runs took at most this long
 * @param minimumNanos the fastest run
 * @param runs how many runs were timed, without those that warmed up
 */
public record Latency(double medianNanos, double p90Nanos, double minimumNanos, int runs) {
  /**
   * @param nanos duration of each run, in any order; at least one
   */
  public static Latency of(long[] nanos) {
    if (nanos.length == 0) {
      throw new InputException("A latency needs at least one timed run");
    }
    double[] sorted = Arrays.stream(nanos).sorted().asDoubleStream().toArray();
    return new Latency(quantile(sorted, 0.5), quantile(sorted, 0.9), sorted[0], sorted.length);
  }

  public double medianMillis() {
    return medianNanos / 1e6;
  }

  public double p90Millis() {
    return p90Nanos / 1e6;
  }

  /** Quantile of ascending values, linear between neighbours (type 7 of Hyndman and Fan 1996). */
  static double quantile(double[] sorted, double fraction) {
    double position = fraction * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
