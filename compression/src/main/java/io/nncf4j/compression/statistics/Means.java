package io.nncf4j.compression.statistics;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Mean over samples of each of several numbers, such as the mean of every channel or a sample's
 * smallest and largest value. The sums are exact, so the means are rounded once.
 */
public final class Means implements Statistic<Means> {
  private final ExactSum[] sums;
  private long samples;

  public Means(int numbers) {
    sums = new ExactSum[numbers];
    Arrays.setAll(sums, number -> new ExactSum());
  }

  /** Adds one sample: a finite value for each number. */
  public void add(float... values) {
    if (values.length != sums.length) {
      throw new IllegalArgumentException(
          "Expected " + sums.length + " numbers a sample, found " + values.length);
    }
    for (int number = 0; number < sums.length; number++) {
      sums[number].add(values[number]);
    }
    samples++;
  }

  @Override
  public void merge(Means other) {
    for (int number = 0; number < sums.length; number++) {
      sums[number].merge(other.sums[number]);
    }
    samples += other.samples;
  }

  public long samples() {
    return samples;
  }

  /** The mean of each number; NaN before anything was added. */
  public double[] means() {
    return Arrays.stream(sums).mapToDouble(sum -> sum.value() / samples).toArray();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Means that && samples == that.samples && Arrays.equals(sums, that.sums);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(sums) + Long.hashCode(samples);
  }

  @Override
  public String toString() {
    return "means of " + samples + " samples " + Arrays.toString(means());
  }
}
