package io.nncf4j.compression.statistics;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Smallest and largest value of each channel over all samples; one channel for a whole tensor. */
public final class MinMax implements Statistic<MinMax> {
  private final float[] min;
  private final float[] max;

  public MinMax(int channels) {
    min = new float[channels];
    max = new float[channels];
    Arrays.fill(min, Float.POSITIVE_INFINITY);
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
  }

  /** Adds one value, or the extremes of many one after the other. NaN sticks. */
  public void add(int channel, float value) {
    min[channel] = Math.min(min[channel], value);
    max[channel] = Math.max(max[channel], value);
  }

  @Override
  public void merge(MinMax other) {
    for (int channel = 0; channel < min.length; channel++) {
      min[channel] = Math.min(min[channel], other.min[channel]);
      max[channel] = Math.max(max[channel], other.max[channel]);
    }
  }

  public int channels() {
    return min.length;
  }

  /** True before anything was added. */
  public boolean isEmpty() {
    return min.length == 0 || min[0] == Float.POSITIVE_INFINITY && max[0] != min[0];
  }

  /** Smallest value of each channel, infinite where none was added. */
  public float[] min() {
    return min.clone();
  }

  /** Largest value of each channel, minus infinity where none was added. */
  public float[] max() {
    return max.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MinMax that
        && Arrays.equals(min, that.min)
        && Arrays.equals(max, that.max);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(min) + Arrays.hashCode(max);
  }

  @Override
  public String toString() {
    return Arrays.toString(min) + " to " + Arrays.toString(max);
  }
}
