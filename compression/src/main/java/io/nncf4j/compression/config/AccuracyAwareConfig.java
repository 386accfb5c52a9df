package io.nncf4j.compression.config;

import java.util.Optional;

/**
 * Training that watches the accuracy.
 *
 * @param maximalRelativeDegradation largest drop in percent of the uncompressed metric; empty when
 *     the absolute one is given
 * @param maximalAbsoluteDegradation largest drop in the metric's unit
 * @param maximalTotalEpochs epochs at most
 * @param search how the rate of compression is searched; empty for {@code early_exit}
 */
public record AccuracyAwareConfig(
    Optional<Double> maximalRelativeDegradation,
    Optional<Double> maximalAbsoluteDegradation,
    int maximalTotalEpochs,
    Optional<RateSearch> search) {
  /**
   * The search of {@code adaptive_compression_level}.
   *
   * @param initialPhaseEpochs epochs before the first step
   * @param patienceEpochs epochs to wait for the metric
   * @param initialStep first change of the rate
   * @param stepReduction factor on the change when the direction turns
   * @param learningRateReduction factor on the learning rate then
   * @param minimalStep change at which the search ends
   */
  public record RateSearch(
      int initialPhaseEpochs,
      int patienceEpochs,
      double initialStep,
      double stepReduction,
      double learningRateReduction,
      double minimalStep) {}

  private static final int EPOCHS = 10_000;

  static AccuracyAwareConfig of(ConfigSection section) {
    ConfigSection params = section.sectionOrEmpty("params");
    boolean searches = section.text("mode", "").equals("adaptive_compression_level");
    return new AccuracyAwareConfig(
        params.number("maximal_relative_accuracy_degradation"),
        params.number("maximal_absolute_accuracy_degradation"),
        params.count("maximal_total_epochs", EPOCHS),
        searches ? Optional.of(search(params)) : Optional.empty());
  }

  private static RateSearch search(ConfigSection params) {
    return new RateSearch(
        params.count("initial_training_phase_epochs", 5),
        params.count("patience_epochs", 3),
        params.positive("initial_compression_rate_step", 1, 0.1),
        params.share("compression_rate_step_reduction_factor", 0.5),
        params.positive("lr_reduction_factor", 1, 0.5),
        params.positive("minimal_compression_rate_step", 1, 0.025));
  }

  public AccuracyAwareConfig withMaximalTotalEpochs(int epochs) {
    return new AccuracyAwareConfig(
        maximalRelativeDegradation, maximalAbsoluteDegradation, epochs, search);
  }

  /** Whether {@code metric} has fallen little enough from {@code uncompressed}. */
  public boolean accepts(double uncompressed, double metric) {
    return budget(uncompressed, metric) >= 0;
  }

  /** By how much {@code metric} is better than it must be; negative when it is too low. */
  public double budget(double uncompressed, double metric) {
    double allowed =
        maximalAbsoluteDegradation.orElseGet(
            () -> Math.abs(uncompressed) * maximalRelativeDegradation.orElse(0.0) / 100);
    return metric - (uncompressed - allowed);
  }
}
