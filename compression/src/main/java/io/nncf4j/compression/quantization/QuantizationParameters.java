package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.core.InputException;

/**
 * How a model is quantized.
 *
 * @param placement where quantizers stand and what they are
 * @param subsetSize most samples to calibrate with
 * @param range how activation ranges follow from the samples
 * @param biasCorrection how mean errors are put right
 * @param calibration how the calibration passes run; has no influence on the result
 */
public record QuantizationParameters(
    QuantizationOptions placement,
    int subsetSize,
    RangeEstimator range,
    BiasCorrectionMode biasCorrection,
    CalibrationOptions calibration) {
  public QuantizationParameters {
    if (subsetSize < 1) {
      throw new InputException("Calibration needs at least one sample; found " + subsetSize);
    }
  }

  /** 300 samples, ranges chosen by measurement, fast bias correction. */
  public static QuantizationParameters defaults() {
    return new QuantizationParameters(
        QuantizationOptions.defaults(),
        300,
        RangeEstimator.MEASURED,
        BiasCorrectionMode.FAST,
        CalibrationOptions.defaults());
  }

  public QuantizationParameters withPlacement(QuantizationOptions newPlacement) {
    return new QuantizationParameters(newPlacement, subsetSize, range, biasCorrection, calibration);
  }

  public QuantizationParameters withSubsetSize(int newSubsetSize) {
    return new QuantizationParameters(placement, newSubsetSize, range, biasCorrection, calibration);
  }

  public QuantizationParameters withRange(RangeEstimator newRange) {
    return new QuantizationParameters(placement, subsetSize, newRange, biasCorrection, calibration);
  }

  public QuantizationParameters withBiasCorrection(BiasCorrectionMode newBiasCorrection) {
    return new QuantizationParameters(placement, subsetSize, range, newBiasCorrection, calibration);
  }

  public QuantizationParameters withCalibration(CalibrationOptions newCalibration) {
    return new QuantizationParameters(placement, subsetSize, range, biasCorrection, newCalibration);
  }
}
