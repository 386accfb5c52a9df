package io.nncf4j.compression.quantization.range;

import io.nncf4j.core.tensor.DataType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The integer form of a quantizer, as QuantizeLinear takes it: {@code q = saturate(round(x / scale)
 * + zeroPoint)}.
 *
 * <p>With integers from {@code L} to {@code H} and n levels, {@code scale = (high - low) / (n -
 * 1)}, {@code zeroPoint = clip(L - round(low / scale), L, H)}; a narrow range leaves L out.
 *
 * @param type integer type of the quantized tensor
 * @param scale one for the tensor or one for each channel, above 0
 * @param zeroPoint as many
 */
public record ScaleZeroPoint(DataType type, float[] scale, int[] zeroPoint) {
  private static final float SMALLEST_SCALE = Math.ulp(1f);

  /**
   * @param range where the levels lie
   * @param lowest lowest integer, such as -128 or 0
   * @param highest highest integer
   * @param type integer type that holds them
   */
  public static ScaleZeroPoint of(QuantizationRange range, int lowest, int highest, DataType type) {
    boolean narrow = range.levels() == highest - lowest;
    int first = narrow ? lowest + 1 : lowest;
    float steps = highest - first;
    float[] scale = new float[range.channels()];
    int[] zeroPoint = new int[range.channels()];
    for (int channel = 0; channel < scale.length; channel++) {
      float low = range.low()[channel];
      float width = (range.high()[channel] - low) / steps;
      scale[channel] = Math.abs(width) < SMALLEST_SCALE ? SMALLEST_SCALE : width;
      double zero = first - Math.rint((double) (low / scale[channel]));
      zeroPoint[channel] = (int) Math.max(lowest, Math.min(highest, zero));
    }
    return new ScaleZeroPoint(type, scale, zeroPoint);
  }

  /**
   * Signed integers when a level lies below zero and {@code preferUnsigned} is false, else unsigned
   * ones.
   *
   * @param preferUnsigned write a signed range as unsigned integers with a zero point in the
   *     middle, the form that ONNX Runtime fuses
   */
  public static ScaleZeroPoint of(QuantizationRange range, int bits, boolean preferUnsigned) {
    boolean negative = false;
    for (float low : range.low()) {
      negative |= low < 0;
    }
    return of(range, bits, negative && !preferUnsigned, bits <= 8);
  }

  /** Signed or unsigned integers, as asked; types of 8 or 16 bits. */
  public static ScaleZeroPoint signed(QuantizationRange range, int bits) {
    return of(range, bits, true, bits <= 8);
  }

  private static ScaleZeroPoint of(
      QuantizationRange range, int bits, boolean signed, boolean narrowType) {
    DataType type =
        signed
            ? (narrowType ? DataType.INT8 : DataType.INT16)
            : (narrowType ? DataType.UINT8 : DataType.UINT16);
    int lowest = signed ? -(1 << (bits - 1)) : 0;
    return of(range, lowest, lowest + (1 << bits) - 1, type);
  }

  public int channels() {
    return scale.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScaleZeroPoint that
        && type == that.type
        && Arrays.equals(scale, that.scale)
        && Arrays.equals(zeroPoint, that.zeroPoint);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(scale) + Arrays.hashCode(zeroPoint);
  }

  @Override
  public String toString() {
    return type.label()
        + " scale "
        + Arrays.toString(scale)
        + " zero point "
        + Arrays.toString(zeroPoint);
  }
}
