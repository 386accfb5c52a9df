package io.nncf4j.compression.options;

import io.nncf4j.core.InputException;
import java.util.Locale;

/**
 * How the range of a quantizer follows from what was seen: for each end, a number of each sample,
 * and how the numbers of the samples become one.
 *
 * <p>Weights are one sample, so that only the statistic counts for them; {@link #HISTOGRAM} takes
 * the scale with the smallest error. Quantizers with a range for each channel take extremes of
 * activations whatever the estimator is.
 *
 * @param low how the lower end is found
 * @param high how the upper end is found
 */
public record RangeEstimator(End low, End high) {
  /** What is taken of each sample. */
  public enum Statistic {
    MIN,
    MAX,
    ABS_MAX,
    MEAN,
    /** All but a small share of the elements. */
    QUANTILE,
    /** All but a small share of the magnitudes. */
    ABS_QUANTILE,
    /** All elements; for {@link Aggregator#HISTOGRAM}. */
    RAW
  }

  /** How the numbers of all samples become one. */
  public enum Aggregator {
    MIN,
    MAX,
    MEAN,
    MEDIAN,
    MEAN_NO_OUTLIERS,
    MEDIAN_NO_OUTLIERS,
    /**
     * The extreme over all samples, but little further from zero than the mean of each sample's:
     * extremes that every sample comes near to count, and those of single samples do not.
     */
    LIMITED,
    /**
     * Of the elements of all samples together: their quantile, or, with {@link Statistic#RAW}, the
     * range with the smallest squared error.
     */
    HISTOGRAM
  }

  /**
   * One end of the range.
   *
   * @param tail share of the elements beyond a quantile, and of the samples that are outliers at
   *     each end; above 0 and below a half
   */
  public record End(Statistic statistic, Aggregator aggregator, double tail) {
    public static final double USUAL_TAIL = 1e-4;

    public End {
      if (!(tail > 0 && tail < 0.5)) {
        throw new InputException("A tail lies above 0 and below 0.5; found " + tail);
      }
      boolean ofElements =
          statistic == Statistic.RAW
              || statistic == Statistic.QUANTILE
              || statistic == Statistic.ABS_QUANTILE;
      if (aggregator == Aggregator.LIMITED
          && statistic != Statistic.MIN
          && statistic != Statistic.MAX) {
        throw new InputException(statistic + " is no extreme that " + aggregator + " can limit");
      }
      if (aggregator == Aggregator.HISTOGRAM ? !ofElements : statistic == Statistic.RAW) {
        throw new InputException(
            statistic
                + " and "
                + aggregator
                + " make no range: RAW goes with HISTOGRAM only, HISTOGRAM with RAW or a quantile");
      }
    }

    public End(Statistic statistic, Aggregator aggregator) {
      this(statistic, aggregator, USUAL_TAIL);
    }

    boolean isRaw() {
      return statistic == Statistic.RAW;
    }
  }

  /** Smallest and largest value over all samples. */
  public static final RangeEstimator MIN_MAX = extremes(Aggregator.MIN, Aggregator.MAX);

  /** Mean over samples of each sample's smallest and largest value: single outliers count less. */
  public static final RangeEstimator MEAN_MIN_MAX = extremes(Aggregator.MEAN, Aggregator.MEAN);

  /** Smallest and largest value over all samples, but little beyond the mean of each sample's. */
  public static final RangeEstimator LIMITED_MIN_MAX =
      extremes(Aggregator.LIMITED, Aggregator.LIMITED);

  /** Median over samples of each sample's smallest and largest value. */
  public static final RangeEstimator MEDIAN_MIN_MAX =
      extremes(Aggregator.MEDIAN, Aggregator.MEDIAN);

  /** Mean of each sample's smallest and largest value, without the samples that stand out. */
  public static final RangeEstimator MEAN_NO_OUTLIERS_MIN_MAX =
      extremes(Aggregator.MEAN_NO_OUTLIERS, Aggregator.MEAN_NO_OUTLIERS);

  /** Mean over samples of the values that leave a ten-thousandth of the elements beyond them. */
  public static final RangeEstimator MEAN_QUANTILE =
      new RangeEstimator(
          new End(Statistic.QUANTILE, Aggregator.MEAN),
          new End(Statistic.QUANTILE, Aggregator.MEAN));

  /** The values that leave a share of the elements of all samples together beyond them. */
  public static RangeEstimator percentile(double tail) {
    return new RangeEstimator(
        new End(Statistic.QUANTILE, Aggregator.HISTOGRAM, tail),
        new End(Statistic.QUANTILE, Aggregator.HISTOGRAM, tail));
  }

  /** The range with the smallest squared error on the elements of all samples together. */
  public static final RangeEstimator HISTOGRAM =
      new RangeEstimator(
          new End(Statistic.RAW, Aggregator.HISTOGRAM),
          new End(Statistic.RAW, Aggregator.HISTOGRAM));

  public RangeEstimator {
    if (low.isRaw() != high.isRaw()) {
      throw new InputException(
          "The range with the smallest error has two ends: RAW at one end needs RAW at the other");
    }
  }

  private static RangeEstimator extremes(Aggregator low, Aggregator high) {
    return new RangeEstimator(new End(Statistic.MIN, low), new End(Statistic.MAX, high));
  }

  /** Whether extremes of each sample are enough, which the runtime finds itself. */
  public boolean needsExtremesOnly() {
    return isOfExtremes(low, Statistic.MIN, Aggregator.MIN)
        && isOfExtremes(high, Statistic.MAX, Aggregator.MAX);
  }

  private static boolean isOfExtremes(End end, Statistic statistic, Aggregator outermost) {
    return end.statistic() == statistic
        && (end.aggregator() == outermost
            || end.aggregator() == Aggregator.MEAN
            || end.aggregator() == Aggregator.LIMITED);
  }

  /** Whether the range is the one with the smallest squared error. */
  public boolean isSmallestError() {
    return low.isRaw();
  }

  /** Such as {@code min/min to max/max}. */
  @Override
  public String toString() {
    return text(low) + " to " + text(high);
  }

  private static String text(End end) {
    String tail = end.tail() == End.USUAL_TAIL ? "" : " (" + end.tail() + ")";
    return (end.statistic() + "/" + end.aggregator()).toLowerCase(Locale.ROOT) + tail;
  }
}
