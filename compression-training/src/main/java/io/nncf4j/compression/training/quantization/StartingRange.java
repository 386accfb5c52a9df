package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.range.ObservedRange;
import io.nncf4j.compression.quantization.range.QuantizationRange;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.quantize.RangeGradient;
import io.nncf4j.core.tensor.Tensor;

/**
 * A quantizer's codes and the range that it starts training with.
 *
 * @param low lower ends, one or one for each channel
 * @param high upper ends
 */
record StartingRange(LearnedRange range, float[] low, float[] high) {
  /**
   * The range for what was observed. Whether a symmetric quantizer is signed follows from it unless
   * it is forced.
   *
   * @param halfRange use codes of one bit less, so that sums of products cannot overflow 16 bits
   * @param gradientFactor multiplies the range's gradient
   */
  static StartingRange of(
      Quantizer quantizer,
      ObservedRange observed,
      boolean halfRange,
      RangeGradient gradient,
      double gradientFactor) {
    QuantizationRange found = QuantizationRange.of(quantizer, observed);
    int bits = quantizer.bits() - (halfRange ? 1 : 0);
    int narrow = quantizer.narrowRange() && !halfRange ? 1 : 0;
    boolean signed = false;
    for (float low : found.low()) {
      signed |= low < 0;
    }
    long lowest = 0;
    long highest = (1L << bits) - 1 - narrow;
    if (quantizer.isSymmetric() && signed) {
      lowest = -(1L << (bits - 1)) + narrow;
      highest = (1L << (bits - 1)) - 1;
    }
    return new StartingRange(
        new LearnedRange(quantizer.isSymmetric(), lowest, highest, gradient, gradientFactor),
        found.low(),
        found.high());
  }

  FakeQuantize quantizer(int axis) {
    long[] shape = high.length == 1 ? new long[0] : new long[] {high.length};
    return FakeQuantize.ofRange(
        range.levels(), axis, Tensor.ofFloats(low, shape), Tensor.ofFloats(high, shape));
  }
}
