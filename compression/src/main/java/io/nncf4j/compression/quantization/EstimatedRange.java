package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.ValueRange;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.options.RangeEstimator.Aggregator;
import io.nncf4j.compression.options.RangeEstimator.End;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.range.ObservedRange;
import io.nncf4j.compression.statistics.MinMax;
import io.nncf4j.compression.statistics.RangeSearch;
import io.nncf4j.compression.statistics.SampleDistribution;
import io.nncf4j.compression.statistics.SampleStatistic;
import io.nncf4j.compression.statistics.TensorDistribution;
import io.nncf4j.core.NncfException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Applies a {@link RangeEstimator} to what was seen of an activation, or to a weight. */
final class EstimatedRange {
  /** How much further than the mean of each sample's a limited extreme reaches. */
  private static final double LIMIT = 1.25;

  private EstimatedRange() {}

  /**
   * @param distribution needed by estimators for which extremes are not enough
   */
  static ObservedRange ofActivation(
      ValueRange range,
      @Nullable TensorDistribution distribution,
      RangeEstimator estimator,
      Quantizer quantizer) {
    MinMax channels = range.channels();
    if (channels == null) {
      throw new IllegalStateException("a range without samples");
    }
    ObservedRange extremes = new ObservedRange(channels.min(), channels.max());
    if (quantizer.perChannel()) {
      return extremes;
    }
    if (estimator.needsExtremesOnly()) {
      ObservedRange all = extremes.perTensor();
      return ordered(
          extreme(estimator.low(), all.min()[0], range.meanMin()),
          extreme(estimator.high(), all.max()[0], range.meanMax()));
    }
    if (distribution == null) {
      throw new NncfException(
          "The range " + estimator + " needs more than the extremes that calibration looked at");
    }
    if (estimator.isSmallestError()) {
      RangeSearch.Range found =
          RangeSearch.smallestError(
              distribution.elements(), quantizer.levels(), quantizer.isSymmetric());
      return ObservedRange.of(found.min(), found.max());
    }
    double low = end(distribution, estimator.low(), true);
    double high = end(distribution, estimator.high(), false);
    return ordered(low, high);
  }

  private static ObservedRange ordered(double low, double high) {
    return ObservedRange.of((float) Math.min(low, high), (float) Math.max(low, high));
  }

  /** One end from the extreme of all samples and the mean of each sample's. */
  private static double extreme(End end, float outermost, float mean) {
    return switch (end.aggregator()) {
      case MEAN -> mean;
      case LIMITED -> limited(outermost, mean);
      case MIN, MAX -> outermost;
      case MEDIAN, MEAN_NO_OUTLIERS, MEDIAN_NO_OUTLIERS, HISTOGRAM ->
          throw new IllegalArgumentException(end + " needs more than extremes");
    };
  }

  /** An extreme, but not much further from zero than the mean. */
  private static double limited(double outermost, double mean) {
    return outermost < 0
        ? Math.max(outermost, Math.min(0, LIMIT * mean))
        : Math.min(outermost, Math.max(0, LIMIT * mean));
  }

  private static double end(TensorDistribution distribution, End end, boolean isLow) {
    if (end.aggregator() == Aggregator.HISTOGRAM) {
      return distribution.elements().quantile(isLow ? end.tail() : 1 - end.tail());
    }
    SampleDistribution samples = distribution.samples(ofSample(end, isLow));
    return switch (end.aggregator()) {
      case MIN -> samples.min();
      case MAX -> samples.max();
      case MEAN -> samples.mean();
      case MEDIAN -> samples.median(0);
      case MEAN_NO_OUTLIERS -> samples.mean(end.tail());
      case MEDIAN_NO_OUTLIERS -> samples.median(end.tail());
      case LIMITED -> limited(isLow ? samples.min() : samples.max(), samples.mean());
      case HISTOGRAM -> throw new IllegalStateException("handled above");
    };
  }

  /** The statistic of a sample for the lower or the upper end. */
  private static SampleStatistic ofSample(End end, boolean isLow) {
    return switch (end.statistic()) {
      case MIN -> SampleStatistic.MIN;
      case MAX -> SampleStatistic.MAX;
      case ABS_MAX -> SampleStatistic.ABS_MAX;
      case MEAN -> SampleStatistic.MEAN;
      case QUANTILE -> isLow ? SampleStatistic.LOW_QUANTILE : SampleStatistic.HIGH_QUANTILE;
      case ABS_QUANTILE -> SampleStatistic.ABS_QUANTILE;
      case RAW -> throw new IllegalArgumentException("no number of a sample");
    };
  }

  /**
   * @param values all values of one channel; they are sorted
   */
  static ObservedRange ofWeights(float[] values, RangeEstimator estimator) {
    Arrays.sort(values);
    double low = end(values, estimator.low(), true);
    double high = end(values, estimator.high(), false);
    return ordered(low, high);
  }

  private static double end(float[] sorted, End end, boolean isLow) {
    return switch (end.statistic()) {
      case MIN -> sorted[0];
      case MAX -> sorted[sorted.length - 1];
      case RAW -> isLow ? sorted[0] : sorted[sorted.length - 1];
      case ABS_MAX -> Math.max(-sorted[0], sorted[sorted.length - 1]);
      case QUANTILE -> quantile(sorted, isLow ? end.tail() : 1 - end.tail());
      case ABS_QUANTILE -> {
        float[] magnitudes = sorted.clone();
        for (int index = 0; index < magnitudes.length; index++) {
          magnitudes[index] = Math.abs(magnitudes[index]);
        }
        Arrays.sort(magnitudes);
        yield quantile(magnitudes, 1 - end.tail());
      }
      case MEAN -> {
        double sum = 0;
        for (float value : sorted) {
          sum += value;
        }
        yield sum / sorted.length;
      }
    };
  }

  /** Linear between the two values on either side. */
  private static double quantile(float[] sorted, double fraction) {
    double position = fraction * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (position - below) * ((double) sorted[above] - sorted[below]);
  }
}
