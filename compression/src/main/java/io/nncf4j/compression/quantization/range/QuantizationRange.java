package io.nncf4j.compression.quantization.range;

import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.core.InputException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The range of a uniform quantizer: {@code levels} evenly spaced values from {@code low} to {@code
 * high}, zero among them; one pair for a tensor or one for each channel.
 *
 * <p>The rules are those of NNCF, in single precision:
 *
 * <ul>
 *   <li><b>symmetric</b>: {@code high = max|x|}, but at least 1 % of the widest channel and 8e-5;
 *       {@code low} is 0 when unsigned, {@code -high} for a narrow range, else {@code -high ·
 *       levels / (levels - 2)}, so that zero is a level and one more level lies below it than
 *       above.
 *   <li><b>asymmetric</b>: the observed range, widened to hold zero and to at least 1.6e-3 when it
 *       is nearly empty, then stretched on the side where zero becomes a level.
 *   <li><b>half range</b> (weights, symmetric): computed with one bit less and stretched back, so
 *       that only half of the levels are used; a multiply-accumulate of 16 bits cannot overflow
 *       then.
 * </ul>
 *
 * @param levels number of levels
 * @param low lowest level, at most 0
 * @param high highest level, at least 0
 */
public record QuantizationRange(int levels, float[] low, float[] high) {
  private static final float SMALLEST = 8e-5f;
  private static final float SMALLEST_WIDTH = 8e-4f;

  /**
   * The range of {@code quantizer} for values observed in {@code observed}.
   *
   * @param halfRange use half of the levels only: see above
   * @throws InputException when half range is asked of an asymmetric quantizer, or of one too
   *     narrow to be halved
   */
  public static QuantizationRange of(
      Quantizer quantizer, ObservedRange observed, boolean halfRange) {
    ObservedRange range = quantizer.perChannel() ? observed : observed.perTensor();
    if (quantizer.isSymmetric()) {
      return symmetric(quantizer, range, halfRange);
    }
    if (halfRange) {
      throw new InputException(
          "Half of the range can be used by symmetric weight quantizers only; found "
              + quantizer
              + ". Switch the overflow fix off or take symmetric weights");
    }
    return asymmetric(quantizer, range);
  }

  public static QuantizationRange of(Quantizer quantizer, ObservedRange observed) {
    return of(quantizer, observed, false);
  }

  private static QuantizationRange symmetric(
      Quantizer quantizer, ObservedRange observed, boolean halfRange) {
    int channels = observed.channels();
    float[] high = new float[channels];
    boolean signed = quantizer.signedness() == Quantizer.Signedness.SIGNED;
    float widest = 0;
    for (int channel = 0; channel < channels; channel++) {
      high[channel] =
          Math.max(Math.abs(observed.min()[channel]), Math.abs(observed.max()[channel]));
      widest = Math.max(widest, high[channel]);
      signed |= observed.min()[channel] < 0;
    }
    float floor = Math.max(0.01f * widest, SMALLEST);
    int levels =
        (1 << (quantizer.bits() - (halfRange ? 1 : 0))) - (quantizer.narrowRange() ? 1 : 0);
    if (signed && !quantizer.narrowRange() && levels <= 2) {
      throw new InputException("A quantizer of " + quantizer.bits() + " bits cannot be halved");
    }
    float stretch =
        halfRange ? (quantizer.levels() - 1f) / ((1 << (quantizer.bits() - 1)) - 1f) : 1f;
    float[] low = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      high[channel] = Math.max(high[channel], floor);
      if (signed) {
        low[channel] =
            quantizer.narrowRange() ? -high[channel] : -high[channel] * levels / (levels - 2f);
      }
      high[channel] *= stretch;
      low[channel] *= stretch;
    }
    return new QuantizationRange(quantizer.levels(), low, high);
  }

  private static QuantizationRange asymmetric(Quantizer quantizer, ObservedRange observed) {
    int channels = observed.channels();
    float[] low = new float[channels];
    float[] high = new float[channels];
    float steps = (1 << quantizer.bits()) - 1f;
    for (int channel = 0; channel < channels; channel++) {
      float min = observed.min()[channel];
      float max = observed.max()[channel];
      float correction = max - min <= SMALLEST_WIDTH ? SMALLEST_WIDTH : 0f;
      float bottom = Math.min(min - correction, 0f);
      float top = Math.max(max + correction, 0f);
      float zero = (float) Math.rint(-bottom * steps / (top - bottom));
      float stretchedBottom = zero < steps ? zero / (zero - steps) * top : bottom;
      float stretchedTop = zero > 0 ? (zero - steps) / zero * bottom : top;
      if (top - stretchedBottom > stretchedTop - bottom) {
        bottom = stretchedBottom;
      } else {
        top = stretchedTop;
      }
      // Stretching by a zero numerator may leave -0, which would print and hash unlike 0.
      low[channel] = bottom + 0f;
      high[channel] = top + 0f;
    }
    return new QuantizationRange(quantizer.levels(), low, high);
  }

  public int channels() {
    return low.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof QuantizationRange that
        && levels == that.levels
        && Arrays.equals(low, that.low)
        && Arrays.equals(high, that.high);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(low) + Arrays.hashCode(high);
  }

  @Override
  public String toString() {
    return levels + " levels from " + Arrays.toString(low) + " to " + Arrays.toString(high);
  }
}
