package io.nncf4j.compression.statistics;

import java.nio.FloatBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the elements of a tensor look like over samples: all of them in one {@link Histogram}, and
 * each {@link SampleStatistic} as a distribution over samples. Its size does not depend on how many
 * samples there were.
 */
public final class TensorDistribution implements Statistic<TensorDistribution> {
  private final double lowTail;
  private final double highTail;
  private final Histogram elements = new Histogram();
  private final Map<SampleStatistic, SampleDistribution> samples =
      new EnumMap<>(SampleStatistic.class);

  /**
   * @param lowTail share of the elements below {@link SampleStatistic#LOW_QUANTILE}
   * @param highTail share above {@link SampleStatistic#HIGH_QUANTILE} and beyond {@link
   *     SampleStatistic#ABS_QUANTILE}
   */
  public TensorDistribution(double lowTail, double highTail) {
    this.lowTail = lowTail;
    this.highTail = highTail;
    for (SampleStatistic statistic : SampleStatistic.values()) {
      samples.put(statistic, new SampleDistribution());
    }
  }

  /** The neutral element for merging with this one. */
  public TensorDistribution empty() {
    return new TensorDistribution(lowTail, highTail);
  }

  /**
   * Adds one sample.
   *
   * @param values all elements, the position stays
   * @throws ArithmeticException when one is NaN or infinite
   */
  public void add(FloatBuffer values) {
    Histogram sample = new Histogram();
    sample.add(values);
    if (sample.total() == 0) {
      return;
    }
    elements.merge(sample);
    for (Map.Entry<SampleStatistic, SampleDistribution> entry : samples.entrySet()) {
      entry
          .getValue()
          .add(
              switch (entry.getKey()) {
                case MIN -> sample.min();
                case MAX -> sample.max();
                case ABS_MAX -> Math.max(-sample.min(), sample.max());
                case MEAN -> mean(values);
                case LOW_QUANTILE -> (float) sample.quantile(lowTail);
                case HIGH_QUANTILE -> (float) sample.quantile(1 - highTail);
                case ABS_QUANTILE -> (float) magnitude(sample, highTail);
              });
    }
  }

  private static float mean(FloatBuffer values) {
    double sum = 0;
    for (int index = values.position(); index < values.limit(); index++) {
      sum += values.get(index);
    }
    return (float) (sum / values.remaining());
  }

  /** The magnitude with a share of {@code tail} beyond it, found by halving. */
  private static double magnitude(Histogram sample, double tail) {
    double low = 0;
    double high = Math.max(-sample.min(), sample.max());
    double wanted = tail * sample.total();
    for (int step = 0; step < 24; step++) {
      double middle = (low + high) / 2;
      if (sample.countBelow(-middle) + sample.total() - sample.countBelow(middle) > wanted) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  @Override
  public void merge(TensorDistribution other) {
    elements.merge(other.elements);
    samples.forEach(
        (statistic, found) -> found.merge(Objects.requireNonNull(other.samples.get(statistic))));
  }

  /** All elements of all samples. */
  public Histogram elements() {
    return elements;
  }

  /** One number of each sample. */
  public SampleDistribution samples(SampleStatistic statistic) {
    return Objects.requireNonNull(samples.get(statistic));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TensorDistribution that
        && lowTail == that.lowTail
        && highTail == that.highTail
        && elements.equals(that.elements)
        && samples.equals(that.samples);
  }

  @Override
  public int hashCode() {
    return 31 * elements.hashCode() + samples.hashCode();
  }
}
