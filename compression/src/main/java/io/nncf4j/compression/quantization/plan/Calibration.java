package io.nncf4j.compression.quantization.plan;

import io.nncf4j.compression.options.BiasCorrectionMode;
import io.nncf4j.compression.options.Equalization;
import io.nncf4j.compression.options.RangeOptions;

/**
 * What is done with samples once quantizers have their places.
 *
 * @param ranges how ranges are found
 * @param equalization what happens to channels before
 * @param biasCorrection how mean errors are put right behind
 */
public record Calibration(
    RangeOptions ranges, Equalization equalization, BiasCorrectionMode biasCorrection) {
  public Calibration withRanges(RangeOptions newRanges) {
    return new Calibration(newRanges, equalization, biasCorrection);
  }
}
