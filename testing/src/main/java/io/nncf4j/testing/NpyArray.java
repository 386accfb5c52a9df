package io.nncf4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An expected array, read from a NumPy {@code .npy} file (little-endian, C order).
 *
 * <p>It knows nothing of the product's own tensors, so that it can judge them.
 */
public final class NpyArray {
  private static final Pattern DESCRIPTOR = Pattern.compile("'descr':\\s*'([<|=])([a-z])(\\d+)'");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([^)]*)\\)");

  private final char kind;
  private final int itemBytes;
  private final long[] shape;
  private final ByteBuffer data;

  private NpyArray(char kind, int itemBytes, long[] shape, ByteBuffer data) {
    this.kind = kind;
    this.itemBytes = itemBytes;
    this.shape = shape;
    this.data = data;
  }

  /** Reads a whole {@code .npy} file. */
  public static NpyArray read(Path file) {
    try {
      return parse(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static NpyArray parse(String name, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 12 || bytes[0] != (byte) 0x93 || bytes[1] != 'N' || bytes[5] != 'Y') {
      throw new IllegalArgumentException(name + " is not a .npy file");
    }
    boolean shortLength = bytes[6] == 1;
    int headerStart = shortLength ? 10 : 12;
    int headerLength = shortLength ? buffer.getShort(8) & 0xFFFF : buffer.getInt(8);
    String header = new String(bytes, headerStart, headerLength, StandardCharsets.ISO_8859_1);
    Matcher descriptor = DESCRIPTOR.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!descriptor.find() || !shape.find() || header.contains("'fortran_order': True")) {
      throw new IllegalArgumentException(name + " has an unsupported header: " + header);
    }
    long[] dimensions =
        Arrays.stream(shape.group(1).split(","))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    int itemBytes = Integer.parseInt(descriptor.group(3));
    int dataStart = headerStart + headerLength;
    long expected = itemBytes * Arrays.stream(dimensions).reduce(1, Math::multiplyExact);
    if (bytes.length - dataStart != expected) {
      throw new IllegalArgumentException(
          name + ": expected " + expected + " data bytes, found " + (bytes.length - dataStart));
    }
    ByteBuffer data = buffer.slice(dataStart, (int) expected).order(ByteOrder.LITTLE_ENDIAN);
    return new NpyArray(descriptor.group(2).charAt(0), itemBytes, dimensions, data);
  }

  /** NumPy's name of the element type without byte order: f2, f4, f8, i1 … i8, u1 … u8, b1. */
  public String type() {
    return "" + kind + itemBytes;
  }

  /** The dimensions; empty for a single number. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public int size() {
    return data.capacity() / itemBytes;
  }

  /** The raw little-endian bytes, read-only. */
  public ByteBuffer bytes() {
    return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All elements as float; exact for f2, f4, small integers and booleans. */
  public float[] floats() {
    float[] out = new float[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) doubleAt(i);
    }
    return out;
  }

  /** All elements as double; exact for all types but integers beyond 2^53. */
  public double[] doubles() {
    double[] out = new double[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = doubleAt(i);
    }
    return out;
  }

  /** All elements of an integer or boolean array; u8 wraps beyond 2^63. */
  public long[] longs() {
    if (kind == 'f') {
      throw new IllegalStateException("array of " + type() + " holds no integers");
    }
    long[] out = new long[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = longAt(i);
    }
    return out;
  }

  private double doubleAt(int i) {
    return switch (type()) {
      case "f4" -> data.getFloat(4 * i);
      case "f8" -> data.getDouble(8 * i);
      case "f2" -> halfToFloat(data.getShort(2 * i));
      default -> (double) longAt(i);
    };
  }

  private long longAt(int i) {
    return switch (type()) {
      case "b1", "u1" -> data.get(i) & 0xFFL;
      case "i1" -> data.get(i);
      case "u2" -> data.getShort(2 * i) & 0xFFFFL;
      case "i2" -> data.getShort(2 * i);
      case "u4" -> data.getInt(4 * i) & 0xFFFFFFFFL;
      case "i4" -> data.getInt(4 * i);
      case "i8", "u8" -> data.getLong(8 * i);
      default -> throw new IllegalStateException("unsupported array type " + type());
    };
  }

  /** IEEE 754 half to single precision, exactly; written out because JDK 17 has no such method. */
  private static float halfToFloat(short half) {
    int exponent = (half >> 10) & 0x1F;
    int fraction = half & 0x3FF;
    double magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24;
          case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb(1024 + fraction, exponent - 25);
        };
    return (float) (half < 0 ? -magnitude : magnitude);
  }
}
