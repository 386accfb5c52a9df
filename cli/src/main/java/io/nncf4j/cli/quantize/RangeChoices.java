package io.nncf4j.cli.quantize;

import io.nncf4j.compression.options.OverflowFix;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.options.RangeEstimator.End;
import io.nncf4j.compression.options.RangeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that decide how ranges are found; a mixin. */
final class RangeChoices {
  enum Range {
    /** Whichever of the next three measures best. */
    measured(RangeOptions.FROM_WIDE_TO_NARROW),
    minmax(List.of(RangeEstimator.MIN_MAX)),
    limited(List.of(RangeEstimator.LIMITED_MIN_MAX)),
    mean(List.of(RangeEstimator.MEAN_MIN_MAX)),
    median(List.of(RangeEstimator.MEDIAN_MIN_MAX)),
    mean_no_outliers(List.of(RangeEstimator.MEAN_NO_OUTLIERS_MIN_MAX)),
    mean_quantile(List.of(RangeEstimator.MEAN_QUANTILE)),
    percentile(List.of(RangeEstimator.percentile(End.USUAL_TAIL))),
    histogram(List.of(RangeEstimator.HISTOGRAM));

    private final List<RangeEstimator> estimators;

    Range(List<RangeEstimator> estimators) {
      this.estimators = estimators;
    }
  }

  /** A weight is one sample: means and medians over samples are its extremes. */
  enum WeightRange {
    minmax(RangeEstimator.MIN_MAX),
    quantile(RangeEstimator.MEAN_QUANTILE),
    histogram(RangeEstimator.HISTOGRAM);

    private final RangeEstimator estimator;

    WeightRange(RangeEstimator estimator) {
      this.estimator = estimator;
    }
  }

  enum Overflow {
    enable,
    first_layer,
    disable
  }

  @Option(
      names = "--range",
      description =
          "Range of an activation: extremes over all samples (minmax), these limited to little more"
              + " than the mean of each sample's own, that mean, their median, the mean without"
              + " samples that stand out, the mean of each sample's quantile, a percentile of all"
              + " elements, the range with the smallest error on them (histogram), or whichever of"
              + " the first three measures best. From median on, all elements are looked at, which"
              + " takes longer; ${COMPLETION-CANDIDATES} (default: measured).")
  private @Nullable Range range;

  @Option(
      names = "--weight-range",
      description =
          "Range of a weight: its extremes, all but a ten-thousandth at each end, or the one with"
              + " the smallest error; ${COMPLETION-CANDIDATES} (default: histogram).")
  private @Nullable WeightRange weightRange;

  @Option(
      names = "--overflow-fix",
      description =
          "Weights that use half of their levels, for processors without VNNI;"
              + " ${COMPLETION-CANDIDATES} (default: disable).")
  private @Nullable Overflow overflowFix;

  /** The options that were given. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    if (range != null) {
      given.add("--range");
    }
    if (weightRange != null) {
      given.add("--weight-range");
    }
    if (overflowFix != null) {
      given.add("--overflow-fix");
    }
    return given;
  }

  RangeOptions options() {
    RangeOptions defaults = RangeOptions.defaults();
    return new RangeOptions(
        range == null ? defaults.activations() : range.estimators,
        weightRange == null ? defaults.weights() : weightRange.estimator,
        overflowFix == null
            ? defaults.overflowFix()
            : OverflowFix.valueOf(overflowFix.name().toUpperCase(Locale.ROOT)));
  }
}
