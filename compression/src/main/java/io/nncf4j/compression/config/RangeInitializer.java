package io.nncf4j.compression.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the ranges of some quantizers start.
 *
 * @param samples samples to calibrate with, 0 for none
 * @param type how a range follows from what was seen
 * @param minPercentile lower percentile of the percentile types
 * @param maxPercentile upper percentile
 * @param scopes names that the rule is for
 * @param group {@code weights} or {@code activations}; empty for both
 */
public record RangeInitializer(
    int samples,
    Type type,
    double minPercentile,
    double maxPercentile,
    ScopeFilter scopes,
    Optional<String> group) {
  /** How a range follows from the values seen. */
  public enum Type {
    /** Mean of the samples' extremes for activations per tensor, extremes for all else. */
    MIXED_MIN_MAX,
    /** Extremes of everything. */
    MIN_MAX,
    /** Mean of the batches' extremes. */
    MEAN_MIN_MAX,
    /** Median and three times the scaled median of absolute deviations. */
    THREESIGMA,
    /** Percentiles of everything. */
    PERCENTILE,
    /** Mean of the batches' percentiles. */
    MEAN_PERCENTILE
  }

  /** 256 samples, the mixed rule. */
  public static final RangeInitializer DEFAULT =
      new RangeInitializer(
          256,
          Type.MIXED_MIN_MAX,
          0.1,
          99.9,
          new ScopeFilter(null, List.of(), true),
          Optional.empty());

  /** The rules of an {@code initializer} section: one without scopes, or a list with them. */
  static List<RangeInitializer> all(ConfigSection initializer) {
    boolean isList = initializer.isList("range");
    return initializer.sections("range").stream().map(rule -> of(rule, isList)).toList();
  }

  private static RangeInitializer of(ConfigSection rule, boolean isListed) {
    if (isListed && !rule.has("target_scopes") && !rule.has("ignored_scopes")) {
      rule.refuse("target_scopes", "a rule in a list needs target_scopes or ignored_scopes");
    }
    ConfigSection params = rule.sectionOrEmpty("params");
    double low = params.number("min_percentile", 0, 100, DEFAULT.minPercentile);
    double high = params.number("max_percentile", 0, 100, DEFAULT.maxPercentile);
    if (low >= high) {
      params.refuse(
          "min_percentile",
          "found " + low + " with a max_percentile of " + high + "; allowed: less than that");
    }
    return new RangeInitializer(
        rule.count("num_init_samples", DEFAULT.samples),
        Type.valueOf(rule.text("type", "mixed_min_max").toUpperCase(Locale.ROOT)),
        low,
        high,
        ScopeFilter.of(rule),
        rule.text("target_quantizer_group"));
  }
}
