package io.nncf4j.core.tensor;

import io.nncf4j.core.NncfException;

/**
 * Conversions of 16-, 8- and 4-bit floating-point codes. Encoding rounds to nearest, ties to the
 * even code, and saturates types without infinity.
 *
 * <p>Eight- and four-bit types are encoded by searching the ascending table of their non-negative
 * values, which is short enough to be obviously right.
 */
public final class SmallFloats {
  /** The sixteen levels of NF4, QLoRA (Dettmers et al. 2023), appendix E. */
  private static final float[] NF4 = {
    -1.0f,
    -0.6961928009986877f,
    -0.5250730514526367f,
    -0.39491748809814453f,
    -0.28444138169288635f,
    -0.18477343022823334f,
    -0.09105003625154495f,
    0.0f,
    0.07958029955625534f,
    0.16093020141124725f,
    0.24611230194568634f,
    0.33791524171829224f,
    0.44070982933044434f,
    0.5626170039176941f,
    0.7229568362236023f,
    1.0f
  };

  private static final float[] E2M1 = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};

  private SmallFloats() {}

  public static float float16ToFloat(short code) {
    int sign = (code & 0x8000) << 16;
    int exponent = (code >> 10) & 0x1F;
    int mantissa = code & 0x3FF;
    if (exponent == 0x1F) {
      return Float.intBitsToFloat(sign | 0x7F80_0000 | mantissa << 13);
    }
    if (exponent == 0) {
      float magnitude = mantissa * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + 112) << 23 | mantissa << 13);
  }

  /** Rounds once, straight from the double, to nearest even; beyond 65519.99 becomes infinite. */
  public static short doubleToFloat16(double value) {
    int sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
    double magnitude = Math.abs(value);
    if (Double.isNaN(value)) {
      return (short) (sign | 0x7E00);
    }
    if (magnitude >= 65520.0) {
      return (short) (sign | 0x7C00);
    }
    int exponent = Math.max(Math.getExponent(magnitude), -14);
    // In units of the last place of that binade; a carry into the next binade falls out of the
    // addition below.
    int units = (int) Math.rint(Math.scalb(magnitude, 10 - exponent));
    return (short) (sign | (units + ((exponent + 14) << 10)));
  }

  public static float bfloat16ToFloat(short code) {
    return Float.intBitsToFloat(code << 16);
  }

  public static short floatToBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  static float float8ToFloat(DataType type, byte code) {
    int bits = code & 0xFF;
    if (type == DataType.FLOAT8_E8M0) {
      return bits == 0xFF ? Float.NaN : (float) Math.scalb(1.0, bits - 127);
    }
    Format format = format(type);
    if (format.unsignedZero && bits == 0x80) {
      return Float.NaN;
    }
    float magnitude = format.magnitude(bits & 0x7F);
    return bits >= 0x80 ? -magnitude : magnitude;
  }

  static byte floatToFloat8(DataType type, float value) {
    if (type == DataType.FLOAT8_E8M0) {
      return encodePowerOfTwo(value);
    }
    Format format = format(type);
    if (Float.isNaN(value)) {
      return (byte) (format.unsignedZero ? 0x80 : 0x7F);
    }
    int code = nearest(Math.abs(value), format.largestFiniteCode, format::magnitude);
    boolean negative = Float.floatToRawIntBits(value) < 0 && !(format.unsignedZero && code == 0);
    return (byte) (negative ? code | 0x80 : code);
  }

  static float float4ToFloat(DataType type, int code) {
    if (type == DataType.NF4) {
      return NF4[code];
    }
    return code >= 8 ? -E2M1[code & 7] : E2M1[code];
  }

  static int floatToFloat4(DataType type, float value) {
    if (type == DataType.NF4) {
      int code = 0;
      while (code < 15 && value > (NF4[code] + NF4[code + 1]) / 2) {
        code++;
      }
      return code;
    }
    int code = nearest(Math.abs(value), 7, index -> E2M1[index]);
    return Float.floatToRawIntBits(value) < 0 ? code | 8 : code;
  }

  private static byte encodePowerOfTwo(float value) {
    if (Float.isNaN(value)) {
      return (byte) 0xFF;
    }
    double exponent =
        Math.rint(Math.log(Math.max(Math.abs((double) value), 0x1p-127)) / Math.log(2));
    return (byte) (int) Math.max(0, Math.min(254, exponent + 127));
  }

  private interface Magnitudes {
    float at(int code);
  }

  private static int nearest(float value, int largestCode, Magnitudes magnitudes) {
    int low = 0;
    int high = largestCode;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (magnitudes.at(middle) <= value) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (low == largestCode) {
      return low;
    }
    double below = (double) value - magnitudes.at(low);
    double above = (double) magnitudes.at(low + 1) - value;
    return below < above || (below == above && (low & 1) == 0) ? low : low + 1;
  }

  /**
   * An eight-bit format: width of the mantissa, exponent bias, the code of its largest finite
   * value, and whether 0x80 is NaN instead of minus zero.
   */
  private record Format(int mantissaBits, int bias, int largestFiniteCode, boolean unsignedZero) {
    float magnitude(int code) {
      if (code > largestFiniteCode) {
        return mantissaBits == 2 && code == 0x7C ? Float.POSITIVE_INFINITY : Float.NaN;
      }
      int exponent = code >> mantissaBits;
      int mantissa = code & ((1 << mantissaBits) - 1);
      double fraction = Math.scalb((double) mantissa, -mantissaBits);
      return (float)
          (exponent == 0
              ? Math.scalb(fraction, 1 - bias)
              : Math.scalb(1 + fraction, exponent - bias));
    }
  }

  private static final Format E4M3FN = new Format(3, 7, 0x7E, false);
  private static final Format E4M3FNUZ = new Format(3, 8, 0x7F, true);
  private static final Format E5M2 = new Format(2, 15, 0x7B, false);
  private static final Format E5M2FNUZ = new Format(2, 16, 0x7F, true);

  private static Format format(DataType type) {
    return switch (type) {
      case FLOAT8_E4M3FN -> E4M3FN;
      case FLOAT8_E4M3FNUZ -> E4M3FNUZ;
      case FLOAT8_E5M2 -> E5M2;
      case FLOAT8_E5M2FNUZ -> E5M2FNUZ;
      default -> throw new NncfException(type.label() + " is not an eight-bit float");
    };
  }
}
