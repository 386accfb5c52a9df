package io.nncf4j.compression.statistics;

import org.jspecify.annotations.Nullable;

/**
 * How one number, such as the largest element, is distributed over samples. Smallest, largest and
 * mean are exact; what needs the order of the samples comes from a {@link Histogram}, to within one
 * of its bins.
 */
public final class SampleDistribution implements Statistic<SampleDistribution> {
  private final Histogram histogram = new Histogram();
  private final Means mean = new Means(1);

  /** Adds the number of one sample, finite. */
  public void add(float value) {
    histogram.add(value);
    mean.add(value);
  }

  @Override
  public void merge(SampleDistribution other) {
    histogram.merge(other.histogram);
    mean.merge(other.mean);
  }

  public long samples() {
    return mean.samples();
  }

  public double min() {
    return histogram.min();
  }

  public double max() {
    return histogram.max();
  }

  public double mean() {
    return mean.means()[0];
  }

  /**
   * The middle of the samples, without outliers.
   *
   * @param outliers share of the samples to leave out at each end; above 0, at least one is left
   *     out while three or more are there
   */
  public double median(double outliers) {
    // Leaving out as many at one end as at the other does not move the middle.
    return outliers < 0.5 ? histogram.quantile(0.5) : mean();
  }

  /**
   * The mean of the samples, without outliers.
   *
   * @param outliers as for {@link #median}
   */
  public double mean(double outliers) {
    long dropped = (long) Math.ceil(outliers * (samples() - 1));
    if (dropped == 0 || 2 * dropped >= samples()) {
      return mean();
    }
    double sum = 0;
    long seen = 0;
    long last = samples() - dropped;
    for (int bin = 0; bin < histogram.bins(); bin++) {
      long from = Math.max(seen, dropped);
      seen += histogram.count(bin);
      long taken = Math.min(seen, last) - from;
      if (taken > 0) {
        double middle = histogram.edge(bin) + histogram.binWidth() / 2;
        sum += taken * Math.max(min(), Math.min(max(), middle));
      }
    }
    return sum / (last - dropped);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SampleDistribution that
        && histogram.equals(that.histogram)
        && mean.equals(that.mean);
  }

  @Override
  public int hashCode() {
    return 31 * histogram.hashCode() + mean.hashCode();
  }
}
