package io.nncf4j.compression.config;

import io.nncf4j.compression.options.OverflowFix;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.core.quantize.RangeGradient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The algorithm {@code quantization}.
 *
 * @param preset modes of quantizers; empty when not given
 * @param weights what is asked of weight quantizers
 * @param activations what is asked of activation quantizers
 * @param weightScopes names whose weights are quantized
 * @param activationScopes names whose activations are quantized
 * @param weightOverrides scope to what differs there
 * @param activationOverrides scope to what differs there
 * @param quantizeInputs whether the model's inputs are quantized
 * @param quantizeOutputs whether the model's outputs are quantized
 * @param overflowFix which 8-bit weights use half of their levels
 * @param ranges rules of range initialisation; empty for the default
 * @param batchNormSamples samples of batch-norm adaptation; empty when not given
 * @param staged when quantizers are switched on; empty for at once
 * @param learningRateMultiplier factor on the gradients of ranges
 * @param gradient how the gradients of ranges are defined
 * @param precision how widths are chosen; empty when they are as the rest says
 */
public record QuantizationConfig(
    Optional<QuantizationPreset> preset,
    QuantizerConfig weights,
    QuantizerConfig activations,
    ScopeFilter weightScopes,
    ScopeFilter activationScopes,
    Map<String, QuantizerConfig> weightOverrides,
    Map<String, QuantizerConfig> activationOverrides,
    boolean quantizeInputs,
    boolean quantizeOutputs,
    OverflowFix overflowFix,
    List<RangeInitializer> ranges,
    Optional<Integer> batchNormSamples,
    Optional<StagedQuantization> staged,
    double learningRateMultiplier,
    RangeGradient gradient,
    Optional<PrecisionConfig> precision) {
  /**
   * When quantizers are switched on.
   *
   * @param activationsEpoch epoch from which activations are quantized
   * @param weightsEpoch epoch from which weights are quantized
   */
  public record StagedQuantization(int activationsEpoch, int weightsEpoch) {}

  /** The algorithm's section of {@code config}; empty when it has none. */
  public static Optional<QuantizationConfig> of(NNCFConfig config) {
    return config
        .algorithm("quantization")
        .or(() -> config.algorithm("experimental_quantization"))
        .map(section -> of(config, section));
  }

  /** One algorithm's section of {@code config}. */
  public static QuantizationConfig of(NNCFConfig config, ConfigSection section) {
    ScopeFilter scopes = ScopeFilter.of(section).within(config.globalScopes());
    ConfigSection weights = section.sectionOrEmpty("weights");
    ConfigSection activations = section.sectionOrEmpty("activations");
    ConfigSection initializer = section.sectionOrEmpty("initializer");
    ConfigSection overrides = section.sectionOrEmpty("scope_overrides");
    for (ConfigSection group : List.of(weights, activations)) {
      if (group.truth("logarithm_scale", false)) {
        group.refuse("logarithm_scale", "scales are not stored as logarithms; leave it out");
      }
    }
    return new QuantizationConfig(
        section
            .text("preset")
            .map(name -> QuantizationPreset.valueOf(name.toUpperCase(Locale.ROOT))),
        QuantizerConfig.of(weights),
        QuantizerConfig.of(activations),
        scopes.group(ScopeFilter.of(weights)),
        scopes.group(ScopeFilter.of(activations)),
        overrides(overrides, "weights"),
        overrides(overrides, "activations"),
        section.truth("quantize_inputs", true),
        section.truth("quantize_outputs", false),
        overflowFix(section.text("overflow_fix", "enable")),
        RangeInitializer.all(initializer),
        initializer
            .section("batchnorm_adaptation")
            .map(adaptation -> adaptation.count("num_bn_adaptation_samples", 2000)),
        section
            .section("params")
            .map(
                params ->
                    new StagedQuantization(
                        params.count("activations_quant_start_epoch", 1),
                        params.count("weights_quant_start_epoch", 1))),
        config.learningRateMultiplier(section),
        gradient(section.text("range_gradient", "step")),
        initializer.section("precision").map(PrecisionConfig::of));
  }

  private static RangeGradient gradient(String name) {
    return switch (name) {
      case "lsq" -> RangeGradient.SCALED_STEP;
      case "nncf" -> RangeGradient.NNCF;
      default -> RangeGradient.STEP;
    };
  }

  private static OverflowFix overflowFix(String name) {
    return switch (name) {
      case "first_layer_only" -> OverflowFix.FIRST_LAYER;
      case "disable" -> OverflowFix.DISABLE;
      default -> OverflowFix.ENABLE; // The schema lets pass these three.
    };
  }

  private static Map<String, QuantizerConfig> overrides(ConfigSection section, String group) {
    Map<String, QuantizerConfig> overrides = new LinkedHashMap<>();
    section.named(group).forEach((scope, what) -> overrides.put(scope, QuantizerConfig.of(what)));
    return overrides;
  }
}
