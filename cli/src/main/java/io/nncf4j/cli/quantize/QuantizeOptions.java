package io.nncf4j.cli.quantize;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.ModelType;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.compression.quantization.BiasCorrectionMode;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.RangeEstimator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that decide what the quantized model is; a mixin. */
final class QuantizeOptions {
  enum Preset {
    performance,
    mixed
  }

  enum BiasCorrection {
    fast,
    full,
    none
  }

  enum Range {
    minmax,
    mean
  }

  enum Device {
    any,
    cpu,
    cpu_spr,
    gpu,
    npu
  }

  enum Type {
    transformer
  }

  @Option(
      names = "--preset",
      description = "${COMPLETION-CANDIDATES} (default: what the runtime does best).")
  private @Nullable Preset preset;

  @Option(
      names = "--target-device",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Device device = Device.any;

  @Option(names = "--model-type", description = "${COMPLETION-CANDIDATES}.")
  private @Nullable Type type;

  @Option(
      names = "--subset-size",
      paramLabel = "COUNT",
      description = "Most samples to calibrate with (default: ${DEFAULT-VALUE}).")
  private int subsetSize = 300;

  @Option(
      names = "--ignored",
      split = ",",
      paramLabel = "NODE",
      description = "Names of nodes that stay in float.")
  private List<String> ignored = List.of();

  @Option(
      names = "--ignored-patterns",
      split = ",",
      paramLabel = "REGEX",
      description = "Patterns of node names that stay in float.")
  private List<String> ignoredPatterns = List.of();

  @Option(
      names = "--ignored-types",
      split = ",",
      paramLabel = "TYPE",
      description = "Operator types that stay in float.")
  private List<String> ignoredTypes = List.of();

  @Option(
      names = "--bias-correction",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private BiasCorrection biasCorrection = BiasCorrection.fast;

  @Option(
      names = "--range",
      description =
          "Range of an activation: extremes over all samples, or the mean of each sample's own;"
              + " ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Range range = Range.minmax;

  @Option(
      names = "--seed",
      description = "Decides which samples calibrate (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  long seed() {
    return seed;
  }

  int subsetSize() {
    return subsetSize;
  }

  QuantizationParameters parameters(CalibrationOptions calibration) {
    QuantizationOptions placement =
        QuantizationOptions.defaults()
            .withTargetDevice(TargetDevice.valueOf(upper(device)))
            .withIgnoredScope(
                new IgnoredScope(ignored, ignoredPatterns, ignoredTypes, List.of(), true));
    if (preset != null) {
      placement = placement.withPreset(QuantizationPreset.valueOf(upper(preset)));
    }
    if (type != null) {
      placement = placement.withModelType(ModelType.valueOf(upper(type)));
    }
    return QuantizationParameters.defaults()
        .withPlacement(placement)
        .withSubsetSize(subsetSize)
        .withRange(range == Range.mean ? RangeEstimator.MEAN_MIN_MAX : RangeEstimator.MIN_MAX)
        .withBiasCorrection(BiasCorrectionMode.valueOf(upper(biasCorrection)))
        .withCalibration(calibration);
  }

  private static String upper(Enum<?> value) {
    return value.name().toUpperCase(Locale.ROOT);
  }
}
