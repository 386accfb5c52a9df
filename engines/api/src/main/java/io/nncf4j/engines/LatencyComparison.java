package io.nncf4j.engines;

import io.nncf4j.core.InputException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Two latencies measured in turn, and their ratio with its uncertainty.
 *
 * <p>The speed-up is the median over rounds of the ratio of the two fastest runs within a round:
 * what interrupts single runs does not count, and what slows a whole round cancels. The interval is
 * the percentile bootstrap of that median (Efron and Tibshirani 1993, chapter 13), 95 %, with a
 * fixed seed.
 *
 * @param baseline latency of the first
 * @param candidate latency of the second
 * @param speedup how many times as fast the candidate is; below 1 it is slower
 * @param speedupLow lower end of the 95 % interval
 * @param speedupHigh upper end
 */
public record LatencyComparison(
    Latency baseline, Latency candidate, double speedup, double speedupLow, double speedupHigh) {
  private static final int RESAMPLES = 2000;

  /**
   * @param baseline durations in nanoseconds by round and run
   * @param candidate likewise, of the same rounds
   */
  public static LatencyComparison of(long[][] baseline, long[][] candidate) {
    if (baseline.length != candidate.length) {
      throw new InputException(
          "A comparison needs as many rounds of one as of the other; found "
              + baseline.length
              + " and "
              + candidate.length);
    }
    double[] ratios = new double[baseline.length];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] =
          Latency.of(baseline[round]).minimumNanos() / Latency.of(candidate[round]).minimumNanos();
    }
    double[] medians = resampledMedians(ratios);
    return new LatencyComparison(
        Latency.of(flat(baseline)),
        Latency.of(flat(candidate)),
        median(ratios),
        Latency.quantile(medians, 0.025),
        Latency.quantile(medians, 0.975));
  }

  /** True when the whole interval lies above 1. */
  public boolean isFaster() {
    return speedupLow > 1;
  }

  /** True when the whole interval lies below 1. */
  public boolean isSlower() {
    return speedupHigh < 1;
  }

  private static double[] resampledMedians(double[] ratios) {
    SplittableRandom random = new SplittableRandom(1);
    double[] medians = new double[RESAMPLES];
    double[] sample = new double[ratios.length];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      for (int index = 0; index < sample.length; index++) {
        sample[index] = ratios[random.nextInt(ratios.length)];
      }
      medians[resample] = median(sample);
    }
    Arrays.sort(medians);
    return medians;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return Latency.quantile(sorted, 0.5);
  }

  private static long[] flat(long[][] rounds) {
    return Arrays.stream(rounds).flatMapToLong(LongStream::of).toArray();
  }
}
