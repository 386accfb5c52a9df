package io.nncf4j.core.tensor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Element type of a tensor. Types below eight bits are packed, first element in the low bits of the
 * byte, as in ONNX.
 *
 * <p>Float8 formats follow "FP8 Formats for Deep Learning" (Micikevicius et al. 2022) and ONNX's
 * naming; NF4 is the codebook of QLoRA (Dettmers et al. 2023), stored as four-bit indices.
 */
public enum DataType {
  FLOAT64(64, Kind.FLOATING_POINT),
  FLOAT32(32, Kind.FLOATING_POINT),
  FLOAT16(16, Kind.FLOATING_POINT),
  BFLOAT16(16, Kind.FLOATING_POINT),
  FLOAT8_E4M3FN(8, Kind.FLOATING_POINT),
  FLOAT8_E4M3FNUZ(8, Kind.FLOATING_POINT),
  FLOAT8_E5M2(8, Kind.FLOATING_POINT),
  FLOAT8_E5M2FNUZ(8, Kind.FLOATING_POINT),
  FLOAT8_E8M0(8, Kind.FLOATING_POINT),
  FLOAT4_E2M1(4, Kind.FLOATING_POINT),
  NF4(4, Kind.FLOATING_POINT),
  INT64(64, Kind.SIGNED_INTEGER),
  INT32(32, Kind.SIGNED_INTEGER),
  INT16(16, Kind.SIGNED_INTEGER),
  INT8(8, Kind.SIGNED_INTEGER),
  INT4(4, Kind.SIGNED_INTEGER),
  INT2(2, Kind.SIGNED_INTEGER),
  UINT64(64, Kind.UNSIGNED_INTEGER),
  UINT32(32, Kind.UNSIGNED_INTEGER),
  UINT16(16, Kind.UNSIGNED_INTEGER),
  UINT8(8, Kind.UNSIGNED_INTEGER),
  UINT4(4, Kind.UNSIGNED_INTEGER),
  UINT2(2, Kind.UNSIGNED_INTEGER),
  BOOL(8, Kind.BOOLEAN),
  STRING(0, Kind.STRING),
  COMPLEX64(64, Kind.COMPLEX),
  COMPLEX128(128, Kind.COMPLEX);

  private enum Kind {
    FLOATING_POINT,
    SIGNED_INTEGER,
    UNSIGNED_INTEGER,
    BOOLEAN,
    STRING,
    COMPLEX
  }

  private final int bits;
  private final Kind kind;

  DataType(int bits, Kind kind) {
    this.bits = bits;
    this.kind = kind;
  }

  /** Bits of one element; 0 for strings, whose length varies. */
  public int bits() {
    return bits;
  }

  public boolean isFloatingPoint() {
    return kind == Kind.FLOATING_POINT;
  }

  /** True for signed and unsigned integers, false for booleans. */
  public boolean isInteger() {
    return kind == Kind.SIGNED_INTEGER || kind == Kind.UNSIGNED_INTEGER;
  }

  public boolean isSigned() {
    return kind == Kind.SIGNED_INTEGER || kind == Kind.FLOATING_POINT;
  }

  /**
   * The number that stands for this type in attributes of ONNX operators, such as {@code to} of
   * Cast; 0, undefined, for NF4.
   */
  public int onnxNumber() {
    return switch (this) {
      case FLOAT32 -> 1;
      case UINT8 -> 2;
      case INT8 -> 3;
      case UINT16 -> 4;
      case INT16 -> 5;
      case INT32 -> 6;
      case INT64 -> 7;
      case STRING -> 8;
      case BOOL -> 9;
      case FLOAT16 -> 10;
      case FLOAT64 -> 11;
      case UINT32 -> 12;
      case UINT64 -> 13;
      case COMPLEX64 -> 14;
      case COMPLEX128 -> 15;
      case BFLOAT16 -> 16;
      case FLOAT8_E4M3FN -> 17;
      case FLOAT8_E4M3FNUZ -> 18;
      case FLOAT8_E5M2 -> 19;
      case FLOAT8_E5M2FNUZ -> 20;
      case UINT4 -> 21;
      case INT4 -> 22;
      case FLOAT4_E2M1 -> 23;
      case FLOAT8_E8M0 -> 24;
      case UINT2 -> 25;
      case INT2 -> 26;
      case NF4 -> 0;
    };
  }

  /** The type of an ONNX number, or null for a number that is undefined or not known. */
  public static @Nullable DataType ofOnnxNumber(long number) {
    for (DataType type : values()) {
      if (number > 0 && type.onnxNumber() == number) {
        return type;
      }
    }
    return null;
  }

  /** True when several elements share a byte. */
  public boolean isPacked() {
    return bits > 0 && bits < 8;
  }

  /**
   * Bytes that {@code elements} elements take, packed types rounded up to a whole byte. The caller
   * has checked that the count is sane.
   */
  public long byteCount(long elements) {
    return bits >= 8
        ? Math.multiplyExact(elements, bits / 8)
        : (Math.multiplyExact(elements, bits) + 7) / 8;
  }

  /** Lower-case name as printed in graphs and tables, such as {@code float32}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
