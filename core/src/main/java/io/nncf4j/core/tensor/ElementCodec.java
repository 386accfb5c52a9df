package io.nncf4j.core.tensor;

import io.nncf4j.core.NncfException;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * Reads and writes single elements of every numeric type. Exact, not fast: bulk work on float32
 * goes through buffers.
 *
 * <p>Writing rounds to nearest even and saturates integers at the ends of their range.
 */
public final class ElementCodec {
  private ElementCodec() {}

  public static double readDouble(DataType type, ByteBuffer data, int index) {
    return switch (type) {
      case FLOAT64 -> data.getDouble(index * 8);
      case FLOAT32 -> data.getFloat(index * 4);
      case FLOAT16 -> SmallFloats.float16ToFloat(data.getShort(index * 2));
      case BFLOAT16 -> SmallFloats.bfloat16ToFloat(data.getShort(index * 2));
      case FLOAT8_E4M3FN, FLOAT8_E4M3FNUZ, FLOAT8_E5M2, FLOAT8_E5M2FNUZ, FLOAT8_E8M0 ->
          SmallFloats.float8ToFloat(type, data.get(index));
      case FLOAT4_E2M1, NF4 -> SmallFloats.float4ToFloat(type, packed(data, index, 4));
      case UINT64 -> {
        long value = data.getLong(index * 8);
        yield value >= 0 ? value : new BigInteger(Long.toUnsignedString(value)).doubleValue();
      }
      default -> readLong(type, data, index);
    };
  }

  /** UINT64 comes back as the long of the same bits. */
  public static long readLong(DataType type, ByteBuffer data, int index) {
    return switch (type) {
      case INT64, UINT64 -> data.getLong(index * 8);
      case INT32 -> data.getInt(index * 4);
      case UINT32 -> Integer.toUnsignedLong(data.getInt(index * 4));
      case INT16 -> data.getShort(index * 2);
      case UINT16 -> Short.toUnsignedLong(data.getShort(index * 2));
      case INT8 -> data.get(index);
      case UINT8 -> Byte.toUnsignedLong(data.get(index));
      case BOOL -> data.get(index) != 0 ? 1 : 0;
      case INT4 -> (packed(data, index, 4) ^ 8) - 8;
      case UINT4 -> packed(data, index, 4);
      case INT2 -> (packed(data, index, 2) ^ 2) - 2;
      case UINT2 -> packed(data, index, 2);
      case STRING, COMPLEX64, COMPLEX128 ->
          throw new NncfException("A tensor of " + type.label() + " cannot be read as numbers");
      default -> (long) readDouble(type, data, index);
    };
  }

  public static void write(DataType type, ByteBuffer data, int index, double value) {
    switch (type) {
      case FLOAT64 -> data.putDouble(index * 8, value);
      case FLOAT32 -> data.putFloat(index * 4, (float) value);
      case FLOAT16 -> data.putShort(index * 2, SmallFloats.doubleToFloat16(value));
      case BFLOAT16 -> data.putShort(index * 2, SmallFloats.floatToBfloat16((float) value));
      case FLOAT8_E4M3FN, FLOAT8_E4M3FNUZ, FLOAT8_E5M2, FLOAT8_E5M2FNUZ, FLOAT8_E8M0 ->
          data.put(index, SmallFloats.floatToFloat8(type, (float) value));
      case FLOAT4_E2M1, NF4 ->
          putPacked(data, index, 4, SmallFloats.floatToFloat4(type, (float) value));
      case BOOL -> data.put(index, (byte) (value != 0 ? 1 : 0));
      case UINT64 -> data.putLong(index * 8, unsignedLong(value));
      default -> writeLong(type, data, index, clamp(Math.rint(value)));
    }
  }

  /**
   * Integers beyond the range of {@code type} saturate; for UINT64 the long's bits are taken as
   * they are.
   */
  public static void writeLong(DataType type, ByteBuffer data, int index, long value) {
    switch (type) {
      case INT64, UINT64 -> data.putLong(index * 8, value);
      case INT32 ->
          data.putInt(index * 4, (int) saturate(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case UINT32 -> data.putInt(index * 4, (int) saturate(value, 0, 0xFFFF_FFFFL));
      case INT16 ->
          data.putShort(index * 2, (short) saturate(value, Short.MIN_VALUE, Short.MAX_VALUE));
      case UINT16 -> data.putShort(index * 2, (short) saturate(value, 0, 0xFFFF));
      case INT8 -> data.put(index, (byte) saturate(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case UINT8 -> data.put(index, (byte) saturate(value, 0, 0xFF));
      case BOOL -> data.put(index, (byte) (value != 0 ? 1 : 0));
      case INT4 -> putPacked(data, index, 4, (int) saturate(value, -8, 7) & 0xF);
      case UINT4 -> putPacked(data, index, 4, (int) saturate(value, 0, 15));
      case INT2 -> putPacked(data, index, 2, (int) saturate(value, -2, 1) & 3);
      case UINT2 -> putPacked(data, index, 2, (int) saturate(value, 0, 3));
      case STRING, COMPLEX64, COMPLEX128 ->
          throw new NncfException("A tensor of " + type.label() + " cannot be filled with numbers");
      default -> write(type, data, index, value);
    }
  }

  private static int packed(ByteBuffer data, int index, int bits) {
    int perByte = 8 / bits;
    return (data.get(index / perByte) >> (index % perByte * bits)) & ((1 << bits) - 1);
  }

  private static void putPacked(ByteBuffer data, int index, int bits, int code) {
    int perByte = 8 / bits;
    int shift = index % perByte * bits;
    int mask = ((1 << bits) - 1) << shift;
    data.put(index / perByte, (byte) ((data.get(index / perByte) & ~mask) | (code << shift)));
  }

  private static long saturate(long value, long low, long high) {
    return Math.max(low, Math.min(high, value));
  }

  private static long clamp(double value) {
    return (long) value;
  }

  private static long unsignedLong(double value) {
    double rounded = Math.rint(value);
    if (!(rounded > 0)) {
      return 0;
    }
    if (rounded >= 0x1p64) {
      return -1L;
    }
    return rounded < 0x1p63 ? (long) rounded : (long) (rounded - 0x1p63) + Long.MIN_VALUE;
  }
}
