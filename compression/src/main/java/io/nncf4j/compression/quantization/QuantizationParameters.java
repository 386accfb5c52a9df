package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.options.AdvancedQuantizationParameters;
import io.nncf4j.compression.options.BiasCorrectionMode;
import io.nncf4j.compression.options.Equalization;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.ModelType;
import io.nncf4j.compression.options.OverflowFix;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.options.RangeOptions;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.core.InputException;
import org.jspecify.annotations.Nullable;

/**
 * How a model is quantized.
 *
 * @param placement where quantizers stand and what they are
 * @param subsetSize most samples to calibrate with
 * @param ranges how ranges follow from samples and weights
 * @param biasCorrection how mean errors are put right
 * @param equalization what happens to channels before
 * @param wideActivations nodes whose inputs get 16 bits, or null; bits of all activations are an
 *     option of the placement
 * @param sensitiveInFloat whether nodes stay in float where 8 bits were measured to make much of
 *     the error of the outputs
 * @param calibration how the calibration passes run; has no influence on the result
 */
public record QuantizationParameters(
    QuantizationOptions placement,
    int subsetSize,
    RangeOptions ranges,
    BiasCorrectionMode biasCorrection,
    Equalization equalization,
    @Nullable IgnoredScope wideActivations,
    boolean sensitiveInFloat,
    CalibrationOptions calibration) {
  public QuantizationParameters {
    if (subsetSize < 1) {
      throw new InputException("Calibration needs at least one sample; found " + subsetSize);
    }
    Integer bits = placement.activations().bits();
    if (wideActivations != null && bits != null && bits >= 16) {
      throw new InputException(
          "All activations are asked to have "
              + bits
              + " bits: those of some nodes cannot be wider than the others");
    }
  }

  /** 300 samples, ranges chosen by measurement, fast bias correction. */
  public static QuantizationParameters defaults() {
    return new QuantizationParameters(
        QuantizationOptions.defaults(),
        300,
        RangeOptions.defaults(),
        BiasCorrectionMode.FAST,
        Equalization.defaults(),
        null,
        true,
        CalibrationOptions.defaults());
  }

  public QuantizationParameters withPlacement(QuantizationOptions newPlacement) {
    return new QuantizationParameters(
        newPlacement,
        subsetSize,
        ranges,
        biasCorrection,
        equalization,
        wideActivations,
        sensitiveInFloat,
        calibration);
  }

  public QuantizationParameters withPreset(QuantizationPreset preset) {
    return withPlacement(placement.withPreset(preset));
  }

  public QuantizationParameters withTargetDevice(TargetDevice targetDevice) {
    return withPlacement(placement.withTargetDevice(targetDevice));
  }

  public QuantizationParameters withModelType(ModelType modelType) {
    return withPlacement(placement.withModelType(modelType));
  }

  public QuantizationParameters withIgnoredScope(IgnoredScope ignoredScope) {
    return withPlacement(placement.withIgnoredScope(ignoredScope));
  }

  /**
   * @param fast whether mean errors are put right from means alone, or else by running the
   *     quantized model
   */
  public QuantizationParameters withFastBiasCorrection(boolean fast) {
    return withBiasCorrection(fast ? BiasCorrectionMode.FAST : BiasCorrectionMode.FULL);
  }

  private BiasCorrectionMode correction(AdvancedQuantizationParameters advanced) {
    if (advanced.disableBiasCorrection()) {
      return BiasCorrectionMode.NONE;
    }
    return biasCorrection == BiasCorrectionMode.NONE ? BiasCorrectionMode.FAST : biasCorrection;
  }

  /** With all that {@code advanced} says, whatever was said of it before. */
  public QuantizationParameters withAdvancedParameters(AdvancedQuantizationParameters advanced) {
    return new QuantizationParameters(
        placement
            .withQuantizeOutputs(advanced.quantizeOutputs())
            .withConstraints(
                advanced.activationsQuantizationParams(), advanced.weightsQuantizationParams()),
        subsetSize,
        new RangeOptions(
            advanced.activationsRangeEstimatorParams(),
            advanced.weightsRangeEstimatorParams(),
            advanced.overflowFix()),
        correction(advanced),
        new Equalization(advanced.smoothQuantAlphas(), advanced.disableChannelAlignment()),
        advanced.wideActivations(),
        sensitiveInFloat,
        calibration);
  }

  public QuantizationParameters withSubsetSize(int newSubsetSize) {
    return new QuantizationParameters(
        placement,
        newSubsetSize,
        ranges,
        biasCorrection,
        equalization,
        wideActivations,
        sensitiveInFloat,
        calibration);
  }

  public QuantizationParameters withRanges(RangeOptions newRanges) {
    return new QuantizationParameters(
        placement,
        subsetSize,
        newRanges,
        biasCorrection,
        equalization,
        wideActivations,
        sensitiveInFloat,
        calibration);
  }

  /** With one estimator for activations, so that none has to be chosen. */
  public QuantizationParameters withRange(RangeEstimator range) {
    return withRanges(ranges.withActivations(range));
  }

  public QuantizationParameters withWeightRange(RangeEstimator weightRange) {
    return withRanges(ranges.withWeights(weightRange));
  }

  public QuantizationParameters withOverflowFix(OverflowFix overflowFix) {
    return withRanges(ranges.withOverflowFix(overflowFix));
  }

  public QuantizationParameters withBiasCorrection(BiasCorrectionMode newBiasCorrection) {
    return new QuantizationParameters(
        placement,
        subsetSize,
        ranges,
        newBiasCorrection,
        equalization,
        wideActivations,
        sensitiveInFloat,
        calibration);
  }

  public QuantizationParameters withEqualization(Equalization newEqualization) {
    return new QuantizationParameters(
        placement,
        subsetSize,
        ranges,
        biasCorrection,
        newEqualization,
        wideActivations,
        sensitiveInFloat,
        calibration);
  }

  public QuantizationParameters withWideActivations(@Nullable IgnoredScope newWideActivations) {
    return new QuantizationParameters(
        placement,
        subsetSize,
        ranges,
        biasCorrection,
        equalization,
        newWideActivations,
        sensitiveInFloat,
        calibration);
  }

  public QuantizationParameters withSensitiveInFloat(boolean newSensitiveInFloat) {
    return new QuantizationParameters(
        placement,
        subsetSize,
        ranges,
        biasCorrection,
        equalization,
        wideActivations,
        newSensitiveInFloat,
        calibration);
  }

  public QuantizationParameters withCalibration(CalibrationOptions newCalibration) {
    return new QuantizationParameters(
        placement,
        subsetSize,
        ranges,
        biasCorrection,
        equalization,
        wideActivations,
        sensitiveInFloat,
        newCalibration);
  }
}
