package io.nncf4j.compression.training.binarization;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.quantization.QuantizationStages;

/**
 * What a section {@code binarization} says.
 *
 * @param byFilter whether each filter has a scale (xnor) or the whole weight (dorefa)
 * @param stages when inputs and weights are switched to one bit
 * @param gradientFactor multiplies the gradients of scales and thresholds
 */
public record BinarizationOptions(
    boolean byFilter, QuantizationStages stages, double gradientFactor) {
  public static BinarizationOptions of(ConfigSection section, NNCFConfig config) {
    ConfigSection params = section.sectionOrEmpty("params");
    return new BinarizationOptions(
        section.text("mode", "xnor").equals("xnor"),
        new QuantizationStages(
            params.count("activations_quant_start_epoch", 1),
            params.count("weights_quant_start_epoch", 1)),
        config.learningRateMultiplier(section));
  }
}
