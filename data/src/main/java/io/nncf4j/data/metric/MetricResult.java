package io.nncf4j.data.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The outcome of a metric.
 *
 * @param name name in the field's terms, such as {@code top-1}
 * @param value the figure; a fraction of 1 for accuracies and average precisions; NaN when there
 *     was nothing to measure
 * @param samples number of samples, pictures or tokens behind it
 * @param higherIsBetter false for perplexity
 * @param details further figures by name, in a fixed order
 */
public record MetricResult(
    String name, double value, long samples, boolean higherIsBetter, Map<String, Double> details) {
  public MetricResult {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  public MetricResult(String name, double value, long samples) {
    this(name, value, samples, true, Map.of());
  }

  /** {@link #value} times 100, rounded to ten digits, so that 0.979 prints as 97.9. */
  public double percent() {
    return Math.rint(value * 1e12) / 1e10;
  }

  /** The figure to show: in percent, or as it is where lower is better. */
  public double shown() {
    return higherIsBetter ? percent() : value;
  }

  /** For tables: {@code top-1 87.60 %}, {@code perplexity 4.213}. */
  @Override
  public String toString() {
    return higherIsBetter
        ? String.format(Locale.ROOT, "%s %.2f %%", name, percent())
        : String.format(Locale.ROOT, "%s %.3f", name, value);
  }
}
