package io.nncf4j.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SmallFloatsTest {
  /** IEEE 754: (-1)^s 2^(e-15) (1 + f/1024), or 2^-14 f/1024 for e = 0. */
  private static double half(int code) {
    int exponent = code >> 10 & 31;
    int fraction = code & 1023;
    double sign = (code & 0x8000) == 0 ? 1 : -1;
    if (exponent == 31) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return sign
        * (exponent == 0
            ? fraction / 1024.0 * Math.pow(2, -14)
            : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15));
  }

  @Test
  void everyHalfCodeHasItsValueAndComesBack() {
    for (int code = 0; code < 65536; code++) {
      float value = SmallFloats.float16ToFloat((short) code);
      double expected = half(code);
      if (Double.isNaN(expected)) {
        assertThat(value).isNaN();
        assertThat(SmallFloats.float16ToFloat(SmallFloats.doubleToFloat16(value))).isNaN();
      } else {
        assertThat(Double.compare(value, expected)).as("code %x", code).isZero();
        assertThat(SmallFloats.doubleToFloat16(value)).isEqualTo((short) code);
      }
    }
  }

  @Test
  void halvesRoundToTheNearestAndTiesToTheEvenCode() {
    for (int code = 0; code < 0x7BFF; code++) {
      double middle = (half(code) + half(code + 1)) / 2;
      assertThat((int) SmallFloats.doubleToFloat16(middle)).isEqualTo((code + 1) & ~1);
      assertThat((int) SmallFloats.doubleToFloat16(Math.nextDown(middle))).isEqualTo(code);
      assertThat((int) SmallFloats.doubleToFloat16(Math.nextUp(middle))).isEqualTo(code + 1);
    }
    assertThat(SmallFloats.doubleToFloat16(65519.99)).isEqualTo((short) 0x7BFF);
    assertThat(SmallFloats.doubleToFloat16(65520)).isEqualTo((short) 0x7C00);
    assertThat(SmallFloats.doubleToFloat16(-1e30)).isEqualTo((short) 0xFC00);
    assertThat(SmallFloats.doubleToFloat16(-0.0)).isEqualTo((short) 0x8000);
  }

  @Test
  void everyBfloat16CodeComesBack() {
    for (int code = 0; code < 65536; code++) {
      float value = SmallFloats.bfloat16ToFloat((short) code);
      if (Float.isNaN(value)) {
        assertThat(SmallFloats.bfloat16ToFloat(SmallFloats.floatToBfloat16(value))).isNaN();
      } else {
        assertThat(SmallFloats.floatToBfloat16(value)).isEqualTo((short) code);
      }
    }
  }

  @Property
  void bfloat16IsTheNearest(@ForAll float value) {
    if (Math.abs(value) > 3e38f) {
      return;
    }
    short code = SmallFloats.floatToBfloat16(value);
    double error = Math.abs((double) value - SmallFloats.bfloat16ToFloat(code));
    for (int neighbour : new int[] {code - 1, code + 1}) {
      float other = SmallFloats.bfloat16ToFloat((short) neighbour);
      if (Float.isFinite(other) && Math.signum(other) == Math.signum(value)) {
        assertThat(error).isLessThanOrEqualTo(Math.abs((double) value - other));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT8_E4M3FN", "FLOAT8_E4M3FNUZ", "FLOAT8_E5M2", "FLOAT8_E5M2FNUZ", "FLOAT8_E8M0"})
  void everyFiniteFloat8CodeComesBack(DataType type) {
    for (int code = 0; code < 256; code++) {
      float value = SmallFloats.float8ToFloat(type, (byte) code);
      if (Float.isFinite(value)) {
        assertThat(SmallFloats.floatToFloat8(type, value))
            .as("code %x", code)
            .isEqualTo((byte) code);
      } else if (Float.isNaN(value)) {
        assertThat(SmallFloats.float8ToFloat(type, SmallFloats.floatToFloat8(type, Float.NaN)))
            .isNaN();
      }
    }
  }

  /** Table 1 of "FP8 Formats for Deep Learning", and ONNX's table of the FNUZ forms. */
  @Test
  void float8FormatsHaveTheirPublishedExtremes() {
    assertThat(SmallFloats.float8ToFloat(DataType.FLOAT8_E4M3FN, (byte) 0x7E)).isEqualTo(448);
    assertThat(SmallFloats.float8ToFloat(DataType.FLOAT8_E4M3FN, (byte) 0x01))
        .isEqualTo((float) Math.pow(2, -9));
    assertThat(SmallFloats.float8ToFloat(DataType.FLOAT8_E4M3FN, (byte) 0x7F)).isNaN();
    assertThat(SmallFloats.float8ToFloat(DataType.FLOAT8_E5M2, (byte) 0x7B)).isEqualTo(57344);
    assertThat(SmallFloats.float8ToFloat(DataType.FLOAT8_E5M2, (byte) 0x7C))
        .isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(SmallFloats.float8ToFloat(DataType.FLOAT8_E5M2, (byte) 0x01))
        .isEqualTo((float) Math.pow(2, -16));
    assertThat(SmallFloats.float8ToFloat(DataType.FLOAT8_E4M3FNUZ, (byte) 0x7F)).isEqualTo(240);
    assertThat(SmallFloats.float8ToFloat(DataType.FLOAT8_E4M3FNUZ, (byte) 0x80)).isNaN();
    assertThat(SmallFloats.float8ToFloat(DataType.FLOAT8_E5M2FNUZ, (byte) 0x7F)).isEqualTo(57344);
    assertThat(SmallFloats.float8ToFloat(DataType.FLOAT8_E8M0, (byte) 127)).isEqualTo(1);
    assertThat(SmallFloats.floatToFloat8(DataType.FLOAT8_E4M3FN, 1e9f)).isEqualTo((byte) 0x7E);
    assertThat(SmallFloats.floatToFloat8(DataType.FLOAT8_E5M2, -1e9f)).isEqualTo((byte) 0xFB);
  }

  @Test
  void fourBitFloatsRoundToTheNearestLevel() {
    float[] levels = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
    for (int code = 0; code < 8; code++) {
      assertThat(SmallFloats.float4ToFloat(DataType.FLOAT4_E2M1, code)).isEqualTo(levels[code]);
      assertThat(SmallFloats.floatToFloat4(DataType.FLOAT4_E2M1, levels[code])).isEqualTo(code);
      assertThat(SmallFloats.floatToFloat4(DataType.FLOAT4_E2M1, -levels[code]))
          .isEqualTo(code | 8);
    }
    assertThat(SmallFloats.floatToFloat4(DataType.FLOAT4_E2M1, 5)).isEqualTo(6);
    assertThat(SmallFloats.floatToFloat4(DataType.FLOAT4_E2M1, 100)).isEqualTo(7);
  }

  @Property
  void nf4TakesTheNearestOfItsLevels(@ForAll float value) {
    int code = SmallFloats.floatToFloat4(DataType.NF4, value);
    double error = Math.abs(value - SmallFloats.float4ToFloat(DataType.NF4, code));
    for (int other = 0; other < 16; other++) {
      assertThat(error)
          .isLessThanOrEqualTo(
              Math.abs(value - SmallFloats.float4ToFloat(DataType.NF4, other)) + 1e-7);
    }
  }
}
