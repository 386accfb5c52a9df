package io.nncf4j.cli.train;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.learning.LearningRateSchedule;
import java.util.List;
import java.util.Optional;

/**
 * What the {@code params} of {@code quantization} and {@code binarization} say about the training
 * around them. A value that stands here must not stand in {@code optimizer} too.
 *
 * @param rate learning rate at the start
 * @param decay weight decay at the start
 * @param batches batches whose gradients are added before each update
 * @param fallStart epoch from which the rate falls along a polynomial to nothing
 * @param fallEpochs epochs of that fall
 * @param withoutDecay epoch from which there is no weight decay
 */
record StagedTraining(
    Optional<Double> rate,
    Optional<Double> decay,
    Optional<Integer> batches,
    Optional<Double> fallStart,
    double fallEpochs,
    Optional<Double> withoutDecay) {
  private static final List<String> ALGORITHMS =
      List.of("quantization", "experimental_quantization", "binarization");

  /** The exponent of the fall. */
  private static final double POWER = 2.1;

  private static final double MOST = 1e6;

  private static final StagedTraining NONE =
      new StagedTraining(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          Optional.empty());

  static StagedTraining of(NNCFConfig config) {
    return ALGORITHMS.stream()
        .flatMap(name -> config.algorithm(name).stream())
        .findFirst()
        .map(section -> of(section.sectionOrEmpty("params"), config))
        .orElse(NONE);
  }

  private static StagedTraining of(ConfigSection params, NNCFConfig config) {
    ConfigSection optimizer = config.root().sectionOrEmpty("optimizer");
    alone(params, "base_lr", optimizer, "base_lr");
    alone(params, "base_wd", optimizer, "weight_decay");
    alone(params, "batch_multiplier", optimizer, "accumulation_steps");
    alone(params, "lr_poly_drop_start_epoch", optimizer, "schedule_type");
    return new StagedTraining(
        number(params, "base_lr"),
        number(params, "base_wd"),
        params.integer("batch_multiplier", 1, 1 << 16),
        number(params, "lr_poly_drop_start_epoch"),
        params.positive("lr_poly_drop_duration_epochs", MOST, 30),
        number(params, "disable_wd_start_epoch"));
  }

  private static Optional<Double> number(ConfigSection section, String key) {
    double value = section.number(key, 0, MOST, 0);
    return section.has(key) ? Optional.of(value) : Optional.empty();
  }

  private static void alone(
      ConfigSection params, String key, ConfigSection optimizer, String other) {
    if (params.has(key) && optimizer.has(other)) {
      params.refuse(key, "optimizer." + other + " says the same; give one of them");
    }
  }

  /** The rate by updates: that of the optimizer's section, unless it is to fall. */
  LearningRateSchedule schedule(
      double startingRate, LearningRateSchedule otherwise, long updatesPerEpoch) {
    if (fallStart.isEmpty()) {
      return otherwise;
    }
    double start = fallStart.get();
    return update -> {
      double epoch = (double) update / updatesPerEpoch;
      double left = Math.max(0, Math.min(1, (start + fallEpochs - epoch) / fallEpochs));
      return startingRate * Math.pow(left, POWER);
    };
  }

  /** Whether an epoch has weight decay. */
  boolean decaysIn(long epoch) {
    return withoutDecay.isEmpty() || epoch < withoutDecay.get();
  }
}
