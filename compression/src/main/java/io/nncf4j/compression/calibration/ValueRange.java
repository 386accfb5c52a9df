package io.nncf4j.compression.calibration;

import io.nncf4j.compression.statistics.Means;
import io.nncf4j.compression.statistics.MinMax;
import io.nncf4j.compression.statistics.Statistic;
import org.jspecify.annotations.Nullable;

/**
 * What calibration learns of the range of one value: the extremes of each channel over all samples,
 * and the mean over samples of each sample's own smallest and largest element.
 */
public final class ValueRange implements Statistic<ValueRange> {
  private @Nullable MinMax channels;
  private final Means sampleExtremes = new Means(2);

  /**
   * Adds one sample.
   *
   * @param min smallest value of each channel, finite
   * @param max largest value of each channel, finite
   */
  public void add(float[] min, float[] max) {
    if (channels == null) {
      channels = new MinMax(min.length);
    }
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int channel = 0; channel < min.length; channel++) {
      channels.add(channel, min[channel]);
      channels.add(channel, max[channel]);
      low = Math.min(low, min[channel]);
      high = Math.max(high, max[channel]);
    }
    sampleExtremes.add(low, high);
  }

  @Override
  public void merge(ValueRange other) {
    if (other.channels == null) {
      return;
    }
    if (channels == null) {
      channels = new MinMax(other.channels.channels());
    }
    channels.merge(other.channels);
    sampleExtremes.merge(other.sampleExtremes);
  }

  public long samples() {
    return sampleExtremes.samples();
  }

  /** Extremes of each channel over all samples; null before anything was added. */
  public @Nullable MinMax channels() {
    return channels;
  }

  /** Mean over samples of the smallest element. */
  public float meanMin() {
    return (float) sampleExtremes.means()[0];
  }

  /** Mean over samples of the largest element. */
  public float meanMax() {
    return (float) sampleExtremes.means()[1];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ValueRange that
        && java.util.Objects.equals(channels, that.channels)
        && sampleExtremes.equals(that.sampleExtremes);
  }

  @Override
  public int hashCode() {
    return sampleExtremes.hashCode();
  }
}
