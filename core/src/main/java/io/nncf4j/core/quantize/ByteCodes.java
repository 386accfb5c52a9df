package io.nncf4j.core.quantize;

import io.nncf4j.core.tensor.DataType;

/**
 * What {@link IntegerGrid#code} and {@link IntegerGrid#real} say, for many elements of eight-bit
 * codes at once, in loops that compilers vectorise.
 */
final class ByteCodes {
  /** Adding and subtracting this rounds a float of up to 2^22 to nearest even. */
  private static final float ROUNDING = 12582912f;

  private ByteCodes() {}

  static boolean fit(IntegerGrid grid) {
    return grid.type() == DataType.INT8 || grid.type() == DataType.UINT8;
  }

  static byte[] quantize(float[] reals, IntegerGrid grid, ChannelWalk walk) {
    byte[] codes = new byte[reals.length];
    int run = walk.channels() == 1 ? reals.length : walk.stride();
    for (int from = 0; from < reals.length; from += run) {
      int channel = walk.channel(from);
      int zero = (int) grid.zeroPoint().longAt(channel);
      float scale = grid.scale().floatAt(channel);
      float low = grid.lowestCode() - zero;
      float high = grid.highestCode() - zero;
      for (int index = from; index < from + run; index++) {
        float clamped = Math.max(low, Math.min(high, reals[index] / scale));
        // NaN becomes 0 as an int, and so the code of zero.
        codes[index] = (byte) ((int) (clamped + ROUNDING - ROUNDING) + zero);
      }
    }
    return codes;
  }

  static float[] dequantize(byte[] codes, IntegerGrid grid, ChannelWalk walk) {
    float[] reals = new float[codes.length];
    int run = walk.channels() == 1 ? reals.length : walk.stride();
    int sign = grid.type() == DataType.UINT8 ? 0xFF : -1;
    for (int from = 0; from < reals.length; from += run) {
      int channel = walk.channel(from);
      int zero = (int) grid.zeroPoint().longAt(channel);
      float scale = grid.scale().floatAt(channel);
      for (int index = from; index < from + run; index++) {
        reals[index] = ((codes[index] & sign) - zero) * scale;
      }
    }
    return reals;
  }
}
