package io.nncf4j.formats.tensorflow.proto;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.ElementCodec;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Element types, shapes and tensors of TensorFlow. */
public final class TensorFlowTypes {
  /** A tensor that repeats one value may be written with a single element; larger is refused. */
  private static final int LARGEST_REPEATED = 1 << 26;

  private static final int MAXIMUM_RANK = 32;

  private TensorFlowTypes() {}

  /** The type of a number of the enumeration DataType, or null for one that is not read. */
  public static @Nullable DataType typeOrNull(long number) {
    return switch ((int) number) {
      case 1 -> DataType.FLOAT32;
      case 2 -> DataType.FLOAT64;
      case 3, 13 -> DataType.INT32;
      case 4, 12 -> DataType.UINT8;
      case 5 -> DataType.INT16;
      case 6, 11 -> DataType.INT8;
      case 7 -> DataType.STRING;
      case 9 -> DataType.INT64;
      case 10 -> DataType.BOOL;
      case 14 -> DataType.BFLOAT16;
      case 17 -> DataType.UINT16;
      case 19 -> DataType.FLOAT16;
      case 22 -> DataType.UINT32;
      case 23 -> DataType.UINT64;
      default -> null;
    };
  }

  public static DataType type(long number) {
    DataType type = typeOrNull(number);
    if (type == null) {
      throw new InputException("The element type " + number + " is not read");
    }
    return type;
  }

  /** A TensorShapeProto; null when the rank is unknown. */
  public static @Nullable Shape shape(Message shape) {
    if (shape.number(3) != 0) {
      return null;
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (Message dimension : shape.messages(2)) {
      long length = dimension.number(1);
      dimensions.add(length < 0 ? Dimension.UNKNOWN : Dimension.of(length));
    }
    if (dimensions.size() > MAXIMUM_RANK) {
      throw new InputException("A shape has the rank " + dimensions.size());
    }
    return new Shape(dimensions);
  }

  /** The lengths of a shape that must be known. */
  public static long[] lengths(Message message) {
    Shape shape = shape(message);
    if (shape == null || !shape.isStatic()) {
      throw new InputException("A tensor has the shape " + shape);
    }
    return shape.toArray();
  }

  /** A TensorProto. */
  public static Tensor tensor(Message message) {
    DataType type = type(message.number(1));
    long[] shape = lengths(message.message(2));
    int count = Tensor.elementCount(shape);
    if (type == DataType.STRING) {
      List<String> texts = message.texts(8);
      if (texts.size() != count) {
        throw new InputException("A tensor of " + count + " texts holds " + texts.size());
      }
      return Tensor.ofStrings(texts, shape);
    }
    if (message.has(4)) {
      ByteBuffer content = message.bytes(4);
      if (content.remaining() == type.byteCount(count)) {
        return Tensor.of(type, shape, content);
      }
      if (content.hasRemaining()) {
        throw new InputException(
            "A tensor of "
                + type.label()
                + Arrays.toString(shape)
                + " holds "
                + content.remaining()
                + " bytes");
      }
    }
    return repeated(type, shape, count, message);
  }

  /** Values in a list; the last one stands for all that are missing. */
  private static Tensor repeated(DataType type, long[] shape, int count, Message message) {
    List<Long> bits =
        switch (type) {
          case FLOAT32 -> message.fixed(5, 4);
          case FLOAT64 -> message.fixed(6, 8);
          case INT64 -> message.numbers(10);
          case BOOL -> message.numbers(11);
          case FLOAT16, BFLOAT16 -> message.numbers(13);
          case UINT32 -> message.numbers(16);
          case UINT64 -> message.numbers(17);
          default -> message.numbers(7);
        };
    if (count > LARGEST_REPEATED || bits.size() > count) {
      throw new InputException(
          "A tensor of shape " + Arrays.toString(shape) + " holds " + bits.size() + " values");
    }
    ByteBuffer bytes = Tensor.allocate(type, count);
    long last = bits.isEmpty() ? 0 : bits.get(bits.size() - 1);
    if (bits.size() < 2 && last == 0) {
      return Tensor.of(type, shape, bytes);
    }
    for (int index = 0; index < count; index++) {
      put(type, bytes, index, index < bits.size() ? bits.get(index) : last);
    }
    return Tensor.of(type, shape, bytes);
  }

  private static void put(DataType type, ByteBuffer bytes, int index, long bits) {
    switch (type) {
      case FLOAT32 -> bytes.putInt(4 * index, (int) bits);
      case FLOAT64, INT64, UINT64 -> bytes.putLong(8 * index, bits);
      case FLOAT16, BFLOAT16 -> bytes.putShort(2 * index, (short) bits);
      default -> ElementCodec.write(type, bytes, index, bits);
    }
  }
}
