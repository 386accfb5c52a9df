package io.nncf4j.compression.training.normalization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.ExtraStruct;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.engines.libtorch.TrainingSession;
import java.util.Optional;

/**
 * Samples for batch-norm to adapt to after compression has changed what the layers see.
 *
 * @param count how many of them at most
 */
public record NormalizationData(CalibrationSamples samples, int count) {
  private static final int BATCH = 64;
  private static final int DEFAULT_COUNT = 2000;

  public void adapt(TrainingSession session) {
    BatchNormalizationAdaptation.run(session, samples, count, BATCH);
  }

  /**
   * What an algorithm's section {@code initializer.batchnorm_adaptation} asks for.
   *
   * @param isDefault whether adaptation happens when the section does not say
   * @return empty when none is to happen; asked for without data is an error
   */
  public static Optional<NormalizationData> of(
      NNCFConfig config, ConfigSection section, boolean isDefault) {
    Optional<ConfigSection> asked =
        section.sectionOrEmpty("initializer").section("batchnorm_adaptation");
    Optional<CalibrationSamples> data =
        config
            .findExtraStruct(ExtraStruct.BNAdaptationInitArgs.class)
            .map(ExtraStruct.BNAdaptationInitArgs::samples);
    int count =
        asked
            .map(own -> own.count("num_bn_adaptation_samples", DEFAULT_COUNT))
            .orElse(isDefault && data.isPresent() ? DEFAULT_COUNT : 0);
    if (count > 0 && data.isEmpty()) {
      throw section.problem(
          "initializer.batchnorm_adaptation",
          count
              + " samples are asked for, and there is no data: register BNAdaptationInitArgs, or"
              + " set num_bn_adaptation_samples to 0");
    }
    return count == 0
        ? Optional.empty()
        : data.map(samples -> new NormalizationData(samples, count));
  }
}
