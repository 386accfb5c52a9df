package io.nncf4j.data.source;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** NumPy's NPY format, versions 1 to 3; little-endian numbers in row-major order. */
final class NpyFormat {
  private static final int LONGEST_HEADER = 1 << 16;
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{ *'descr': *'([^']{1,8})', *'fortran_order': *(True|False),"
              + " *'shape': *\\(([0-9, ]{0,200})\\),? *\\} *\n?");

  private NpyFormat() {}

  static Tensor read(String file, InputStream in) throws IOException {
    byte[] start = ArrayFile.header(file, in, 8);
    if (start[0] != (byte) 0x93
        || !new String(start, 1, 5, StandardCharsets.ISO_8859_1).equals("NUMPY")) {
      throw new InputException(file + " is not an NPY file");
    }
    int lengthBytes = start[6] == 1 ? 2 : 4;
    ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    length.put(ArrayFile.header(file, in, lengthBytes)).rewind();
    int headerLength = length.getInt();
    if (headerLength < 0 || headerLength > LONGEST_HEADER) {
      throw new InputException(file + " claims a header of " + headerLength + " bytes");
    }
    String header =
        new String(ArrayFile.header(file, in, headerLength), StandardCharsets.ISO_8859_1);
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      throw new InputException(file + " has a header that is not understood: " + header.strip());
    }
    if (matcher.group(2).equals("True")) {
      throw new InputException(
          file + " is in column-major order; save it with numpy.ascontiguousarray");
    }
    DataType type = type(file, String.valueOf(matcher.group(1)));
    long[] shape = shape(file, String.valueOf(matcher.group(3)));
    byte[] elements = ArrayFile.elements(file, in, shape, type.bits() / 8);
    return Tensor.of(type, shape, ByteBuffer.wrap(elements));
  }

  private static DataType type(String file, String description) {
    return switch (description) {
      case "|u1" -> DataType.UINT8;
      case "|i1" -> DataType.INT8;
      case "|b1" -> DataType.BOOL;
      case "<u2" -> DataType.UINT16;
      case "<i2" -> DataType.INT16;
      case "<i4" -> DataType.INT32;
      case "<i8" -> DataType.INT64;
      case "<f2" -> DataType.FLOAT16;
      case "<f4" -> DataType.FLOAT32;
      case "<f8" -> DataType.FLOAT64;
      default ->
          throw new InputException(
              "%s holds elements of type %s; little-endian integers and floats are read"
                  .formatted(file, description));
    };
  }

  private static long[] shape(String file, String dimensions) {
    try {
      return Arrays.stream(dimensions.split(","))
          .map(String::strip)
          .filter(dimension -> !dimension.isEmpty())
          .mapToLong(Long::parseLong)
          .toArray();
    } catch (NumberFormatException wrong) {
      throw new InputException(file + " has no sane shape: (" + dimensions + ")", wrong);
    }
  }
}
