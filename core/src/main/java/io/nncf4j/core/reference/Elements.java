package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.ElementCodec;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Moves elements about by row-major index, and makes tensors from arrays of numbers. */
final class Elements {
  private Elements() {}

  /** Row-major strides in elements. */
  static int[] strides(long... shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride = (int) (stride * Math.max(shape[axis], 1));
    }
    return strides;
  }

  /** For each element of {@code shape}, in row-major order, the index of an element elsewhere. */
  static int[] map(long[] shape, ToIntFunction<long[]> index) {
    int[] indices = new int[Tensor.elementCount(shape)];
    long[] at = new long[shape.length];
    for (int element = 0; element < indices.length; element++) {
      indices[element] = index.applyAsInt(at);
      next(at, shape);
    }
    return indices;
  }

  /** Moves a position to the next one in row-major order, from the last to the first. */
  static void next(long[] at, long[] shape) {
    for (int axis = at.length - 1; axis >= 0; axis--) {
      if (++at[axis] < shape[axis]) {
        return;
      }
      at[axis] = 0;
    }
  }

  static int flat(long[] at, int[] strides) {
    int index = 0;
    for (int axis = 0; axis < at.length; axis++) {
      index += (int) at[axis] * strides[axis];
    }
    return index;
  }

  /**
   * A tensor of {@code shape} whose element i is element {@code indices[i]} of {@code source}, or
   * the one element of {@code fill} where the index is negative.
   */
  static Tensor pick(Tensor source, long[] shape, int[] indices, @Nullable Tensor fill) {
    DataType type = source.dataType();
    if (type == DataType.STRING) {
      List<String> strings = new ArrayList<>(indices.length);
      for (int index : indices) {
        String filler = fill == null ? "" : fill.strings().get(0);
        strings.add(index < 0 ? filler : source.strings().get(index));
      }
      return Tensor.ofStrings(strings, shape);
    }
    ByteBuffer from = source.data();
    ByteBuffer to = Tensor.allocate(type, indices.length);
    ByteBuffer filler = fill == null ? Tensor.allocate(type, 1) : fill.data();
    for (int index = 0; index < indices.length; index++) {
      boolean isFill = indices[index] < 0;
      copy(type, isFill ? filler : from, isFill ? 0 : indices[index], to, index);
    }
    return Tensor.of(type, shape, to);
  }

  static Tensor pick(Tensor source, long[] shape, int[] indices) {
    return pick(source, shape, indices, null);
  }

  /** Copies one element's bits. */
  static void copy(DataType type, ByteBuffer from, int fromIndex, ByteBuffer to, int toIndex) {
    int bits = type.bits();
    if (bits < 8) {
      int perByte = 8 / bits;
      int mask = (1 << bits) - 1;
      int code = from.get(fromIndex / perByte) >> (fromIndex % perByte * bits) & mask;
      int shift = toIndex % perByte * bits;
      int kept = to.get(toIndex / perByte) & ~(mask << shift);
      to.put(toIndex / perByte, (byte) (kept | code << shift));
      return;
    }
    int bytes = bits / 8;
    for (int offset = 0; offset < bytes; offset++) {
      to.put(toIndex * bytes + offset, from.get(fromIndex * bytes + offset));
    }
  }

  /** Integers or booleans, each wrapped into the range of the type. */
  static Tensor ofLongs(DataType type, long[] values, long... shape) {
    ByteBuffer bytes = Tensor.allocate(type, values.length);
    for (int index = 0; index < values.length; index++) {
      ElementCodec.writeLong(type, bytes, index, wrap(type, values[index]));
    }
    return Tensor.of(type, shape, bytes);
  }

  static Tensor ofDoubles(DataType type, double[] values, long... shape) {
    return Tensor.ofDoubles(type, values, shape);
  }

  static Tensor ofBooleans(boolean[] values, long... shape) {
    byte[] bytes = new byte[values.length];
    for (int index = 0; index < values.length; index++) {
      bytes[index] = (byte) (values[index] ? 1 : 0);
    }
    return Tensor.ofBytes(DataType.BOOL, bytes, shape);
  }

  /** Drops the bits that the type has no room for. */
  static long wrap(DataType type, long value) {
    int bits = type.bits();
    if (type == DataType.BOOL || bits == 64) {
      return value;
    }
    int unused = 64 - bits;
    return type.isSigned() ? value << unused >> unused : value << unused >>> unused;
  }

  /** True for types that are computed with as longs. */
  static boolean isIntegral(DataType type) {
    return type.isInteger() || type == DataType.BOOL;
  }

  /** The shape with {@code axis} of another length. */
  static long[] with(long[] shape, int axis, long length) {
    long[] changed = shape.clone();
    changed[axis] = length;
    return changed;
  }

  static long product(long[] shape, int from, int to) {
    long product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= shape[axis];
    }
    return product;
  }
}
