package io.nncf4j.core.record;

import org.jspecify.annotations.Nullable;

/**
 * What was measured of one model.
 *
 * @param metric the metric in percent; absent without labels or evaluation
 * @param metricName such as {@code top1}; absent with {@code metric}
 * @param sizeBytes size of the model's files
 * @param latencyMillis median duration of a run in milliseconds; absent when not timed
 * @param latencyP90Millis nine of ten runs took at most this long; absent when not timed
 * @param flops arithmetic of the layers with a weight; absent when not counted
 * @param parameters elements of the weights; absent when not counted
 */
public record Measurement(
    @Nullable Double metric,
    @Nullable String metricName,
    long sizeBytes,
    @Nullable Double latencyMillis,
    @Nullable Double latencyP90Millis,
    @Nullable Long flops,
    @Nullable Long parameters) {
  public Measurement {
    metric = Numbers.finiteOrNull(metric);
    latencyMillis = Numbers.finiteOrNull(latencyMillis);
    latencyP90Millis = Numbers.finiteOrNull(latencyP90Millis);
  }

  /** A model of which only the size is known. */
  public static Measurement ofSize(long sizeBytes) {
    return new Measurement(null, null, sizeBytes, null, null, null, null);
  }

  public Measurement withMetric(String name, double percent) {
    return new Measurement(
        percent, name, sizeBytes, latencyMillis, latencyP90Millis, flops, parameters);
  }

  public Measurement withLatency(double medianMillis, double p90Millis) {
    return new Measurement(
        metric, metricName, sizeBytes, medianMillis, p90Millis, flops, parameters);
  }

  public Measurement withCost(long newFlops, long newParameters) {
    return new Measurement(
        metric, metricName, sizeBytes, latencyMillis, latencyP90Millis, newFlops, newParameters);
  }
}
