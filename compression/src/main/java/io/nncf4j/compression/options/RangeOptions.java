package io.nncf4j.compression.options;

import io.nncf4j.core.InputException;
import java.util.List;

/**
 * How the ranges of quantizers are found.
 *
 * @param activations estimators for activations; of several, the one is taken whose quantized model
 *     gives outputs nearest to those of the float model: they are tried in this order, from wide
 *     ranges to narrow ones, until the outputs get worse
 * @param weights the estimator for weights
 * @param overflowFix which weights use half of their levels
 */
public record RangeOptions(
    List<RangeEstimator> activations, RangeEstimator weights, OverflowFix overflowFix) {
  /** Extremes over all samples, these limited, and the mean of each sample's. */
  public static final List<RangeEstimator> FROM_WIDE_TO_NARROW =
      List.of(RangeEstimator.MIN_MAX, RangeEstimator.LIMITED_MIN_MAX, RangeEstimator.MEAN_MIN_MAX);

  public RangeOptions {
    activations = List.copyOf(activations);
    if (activations.isEmpty()) {
      throw new InputException("Ranges of activations need at least one estimator");
    }
    List<List<Double>> tails =
        activations.stream()
            .filter(estimator -> !estimator.needsExtremesOnly())
            .map(estimator -> List.of(estimator.low().tail(), estimator.high().tail()))
            .distinct()
            .toList();
    if (tails.size() > 1) {
      throw new InputException(
          "Estimators that are compared look at the same tails of the elements; found " + tails);
    }
  }

  /** Activations by measuring, weights by the smallest error, all levels. */
  public static RangeOptions defaults() {
    return new RangeOptions(FROM_WIDE_TO_NARROW, RangeEstimator.HISTOGRAM, OverflowFix.DISABLE);
  }

  /** Whether the estimator of activations is still to be chosen by measuring. */
  public boolean isMeasured() {
    return activations.size() > 1;
  }

  public RangeOptions withActivations(RangeEstimator newActivations) {
    return new RangeOptions(List.of(newActivations), weights, overflowFix);
  }

  public RangeOptions withWeights(RangeEstimator newWeights) {
    return new RangeOptions(activations, newWeights, overflowFix);
  }

  public RangeOptions withOverflowFix(OverflowFix newOverflowFix) {
    return new RangeOptions(activations, weights, newOverflowFix);
  }
}
