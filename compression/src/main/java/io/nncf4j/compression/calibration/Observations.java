package io.nncf4j.compression.calibration;

import io.nncf4j.compression.statistics.Means;
import io.nncf4j.compression.statistics.Statistic;
import io.nncf4j.compression.statistics.TensorDistribution;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that calibration learned: ranges, channel means and distributions by value name. */
public final class Observations implements Statistic<Observations> {
  private final Map<String, ValueRange> ranges = new TreeMap<>();
  private final Map<String, Means> means = new TreeMap<>();
  private final Map<String, TensorDistribution> distributions = new TreeMap<>();

  void addRange(String value, float[] min, float[] max) {
    ranges.computeIfAbsent(value, key -> new ValueRange()).add(min, max);
  }

  void addMeans(String value, float[] channels) {
    means.computeIfAbsent(value, key -> new Means(channels.length)).add(channels);
  }

  void addElements(String value, Tails tails, FloatBuffer elements) {
    distributions
        .computeIfAbsent(value, key -> new TensorDistribution(tails.low(), tails.high()))
        .add(elements);
  }

  @Override
  public void merge(Observations other) {
    other.distributions.forEach(
        (value, found) -> distributions.computeIfAbsent(value, key -> found.empty()).merge(found));
    other.ranges.forEach(
        (value, range) -> ranges.computeIfAbsent(value, key -> new ValueRange()).merge(range));
    other.means.forEach(
        (value, mean) ->
            means.computeIfAbsent(value, key -> new Means(mean.means().length)).merge(mean));
  }

  /** The range of a value that was looked at, else null. */
  public @Nullable ValueRange range(String value) {
    return ranges.get(value);
  }

  /** Mean over samples of each channel's mean, null for a value that was not looked at. */
  public double @Nullable [] channelMeans(String value) {
    Means found = means.get(value);
    return found == null ? null : found.means();
  }

  /** The distribution of a value whose elements were looked at, else null. */
  public @Nullable TensorDistribution distribution(String value) {
    return distributions.get(value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Observations that
        && ranges.equals(that.ranges)
        && means.equals(that.means)
        && distributions.equals(that.distributions);
  }

  @Override
  public int hashCode() {
    return ranges.hashCode();
  }
}
