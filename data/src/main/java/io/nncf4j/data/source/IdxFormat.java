package io.nncf4j.data.source;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The IDX format: two zero bytes, element type, number of dimensions, the dimensions and the
 * elements, all big-endian.
 */
final class IdxFormat {
  private static final int MOST_DIMENSIONS = 8;

  private IdxFormat() {}

  static Tensor read(String file, InputStream in) throws IOException {
    byte[] start = ArrayFile.header(file, in, 4);
    if (start[0] != 0 || start[1] != 0) {
      throw new InputException(file + " is not an IDX file");
    }
    DataType type =
        switch (start[2]) {
          case 0x08 -> DataType.UINT8;
          case 0x09 -> DataType.INT8;
          case 0x0B -> DataType.INT16;
          case 0x0C -> DataType.INT32;
          case 0x0D -> DataType.FLOAT32;
          case 0x0E -> DataType.FLOAT64;
          default -> throw new InputException(file + " has an unknown element type " + start[2]);
        };
    int dimensions = start[3];
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
      throw new InputException(
          "%s has %d dimensions; 1 to %d are read".formatted(file, dimensions, MOST_DIMENSIONS));
    }
    ByteBuffer sizes = ByteBuffer.wrap(ArrayFile.header(file, in, 4 * dimensions));
    long[] shape = new long[dimensions];
    for (int axis = 0; axis < dimensions; axis++) {
      shape[axis] = sizes.getInt();
    }
    byte[] elements = ArrayFile.elements(file, in, shape, type.bits() / 8);
    reverseEach(elements, type.bits() / 8);
    return Tensor.of(type, shape, ByteBuffer.wrap(elements));
  }

  private static void reverseEach(byte[] elements, int width) {
    for (int at = 0; at < elements.length; at += width) {
      for (int low = at, high = at + width - 1; low < high; low++, high--) {
        byte swapped = elements[low];
        elements[low] = elements[high];
        elements[high] = swapped;
      }
    }
  }
}
