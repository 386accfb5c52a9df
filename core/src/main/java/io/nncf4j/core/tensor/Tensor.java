package io.nncf4j.core.tensor;

import io.nncf4j.core.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An immutable, dense, row-major tensor: type, shape and bytes.
 *
 * <p>Numeric elements stand in a little-endian buffer that may be on the heap, outside it, or
 * mapped from a file; it is shared and never copied when a tensor passes from graph to graph.
 * Whoever makes a tensor from a buffer hands the buffer over and no longer writes to it (an
 * engine's input buffer that is refilled between runs is the one exception, and stays private to
 * its owner). One tensor holds at most 2 GiB.
 */
public final class Tensor {
  private static final long MAXIMUM_BYTES = Integer.MAX_VALUE;

  private final DataType type;
  private final long[] shape;
  private final int size;
  private final ByteBuffer data;
  private final List<String> strings;

  private Tensor(DataType type, long[] shape, ByteBuffer data, List<String> strings) {
    this.type = type;
    this.shape = shape;
    this.size = elementCount(shape);
    this.data = data;
    this.strings = strings;
  }

  /**
   * Wraps {@code data} from its position to its limit, without copying.
   *
   * @throws InputException when the buffer's length is not what type and shape ask for
   */
  public static Tensor of(DataType type, long[] shape, ByteBuffer data) {
    if (type == DataType.STRING) {
      throw new InputException("A string tensor is made from a list of strings, not from bytes");
    }
    long expected = type.byteCount(elementCount(shape));
    if (expected > MAXIMUM_BYTES || data.remaining() != expected) {
      throw new InputException(
          "A tensor of "
              + type.label()
              + Arrays.toString(shape)
              + " takes "
              + expected
              + " bytes; found "
              + data.remaining());
    }
    ByteBuffer view = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return new Tensor(type, shape.clone(), view, List.of());
  }

  public static Tensor ofStrings(List<String> values, long... shape) {
    if (elementCount(shape) != values.size()) {
      throw new InputException(
          "A string tensor of shape "
              + Arrays.toString(shape)
              + " cannot hold "
              + values.size()
              + " strings");
    }
    return new Tensor(DataType.STRING, shape.clone(), ByteBuffer.allocate(0), List.copyOf(values));
  }

  public static Tensor ofFloats(float[] values, long... shape) {
    ByteBuffer bytes = allocate(DataType.FLOAT32, values.length);
    bytes.asFloatBuffer().put(values);
    return of(DataType.FLOAT32, shape, bytes);
  }

  public static Tensor ofLongs(long[] values, long... shape) {
    ByteBuffer bytes = allocate(DataType.INT64, values.length);
    bytes.asLongBuffer().put(values);
    return of(DataType.INT64, shape, bytes);
  }

  public static Tensor ofInts(int[] values, long... shape) {
    ByteBuffer bytes = allocate(DataType.INT32, values.length);
    bytes.asIntBuffer().put(values);
    return of(DataType.INT32, shape, bytes);
  }

  /** Eight-bit elements of type INT8, UINT8, BOOL or a float8 type; the array is copied. */
  public static Tensor ofBytes(DataType type, byte[] values, long... shape) {
    return of(type, shape, ByteBuffer.wrap(values.clone()));
  }

  /** A one-dimensional int64 tensor, the usual form of shapes, axes and pads. */
  public static Tensor vector(long... values) {
    return ofLongs(values, values.length);
  }

  public static Tensor scalar(float value) {
    return ofFloats(new float[] {value});
  }

  public static Tensor scalar(long value) {
    return ofLongs(new long[] {value});
  }

  /**
   * A tensor of any numeric type filled from doubles, each converted as {@link ElementCodec} says
   * (integers saturate, floats round to nearest even).
   */
  public static Tensor ofDoubles(DataType type, double[] values, long... shape) {
    ByteBuffer bytes = allocate(type, values.length);
    for (int index = 0; index < values.length; index++) {
      ElementCodec.write(type, bytes, index, values[index]);
    }
    return of(type, shape, bytes);
  }

  /** A zeroed heap buffer, little-endian, for {@code elements} elements. */
  public static ByteBuffer allocate(DataType type, long elements) {
    return ByteBuffer.allocate(checkedBytes(type, elements)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * A zeroed buffer outside the heap, little-endian, for {@code elements} elements: engines read
   * and write it without a copy.
   */
  public static ByteBuffer allocateDirect(DataType type, long elements) {
    return ByteBuffer.allocateDirect(checkedBytes(type, elements)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int checkedBytes(DataType type, long elements) {
    long bytes = type.byteCount(elements);
    if (bytes > MAXIMUM_BYTES) {
      throw new InputException(
          "A tensor of "
              + elements
              + " elements of "
              + type.label()
              + " is larger than the 2 GiB that one tensor may take");
    }
    return (int) bytes;
  }

  /**
   * Number of elements of a shape.
   *
   * @throws InputException when a dimension is negative or the product is beyond what a tensor may
   *     hold
   */
  public static int elementCount(long... shape) {
    long count = 1;
    boolean empty = false;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new InputException(
            "A tensor cannot have the shape "
                + Arrays.toString(shape)
                + ": a dimension is negative");
      }
      empty |= dimension == 0;
    }
    if (empty) {
      return 0;
    }
    for (long dimension : shape) {
      if (dimension > MAXIMUM_BYTES || (count *= dimension) > MAXIMUM_BYTES) {
        throw new InputException(
            "A tensor of shape "
                + Arrays.toString(shape)
                + " has more elements than one tensor may hold");
      }
    }
    return (int) count;
  }

  public DataType dataType() {
    return type;
  }

  /** A copy of the dimensions; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  public int rank() {
    return shape.length;
  }

  /** Length of dimension {@code axis}; a negative axis counts from the end. */
  public long dimension(int axis) {
    return shape[axis < 0 ? axis + shape.length : axis];
  }

  /** Number of elements. */
  public int size() {
    return size;
  }

  public boolean isScalar() {
    return shape.length == 0;
  }

  /** Bytes of the elements as stored. */
  public long byteCount() {
    return type == DataType.STRING
        ? strings.stream().mapToLong(String::length).sum()
        : data.capacity();
  }

  /**
   * A read-only little-endian view of the elements with a position of its own; empty for strings.
   */
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Elements of a string tensor in row-major order. */
  public List<String> strings() {
    return strings;
  }

  /**
   * Element {@code index} in row-major order as a double; integers beyond 2^53 lose digits, see
   * {@link #longAt}. Booleans are 0 or 1.
   */
  public double doubleAt(int index) {
    return ElementCodec.readDouble(type, data, index);
  }

  /**
   * Element {@code index} in row-major order as a long; floats are truncated towards zero. Booleans
   * are 0 or 1.
   */
  public long longAt(int index) {
    return ElementCodec.readLong(type, data, index);
  }

  public float floatAt(int index) {
    return type == DataType.FLOAT32 ? data.getFloat(index * 4) : (float) doubleAt(index);
  }

  /** All elements as floats, a fresh array. Types that are no floats are converted. */
  public float[] toFloats() {
    float[] values = new float[size];
    if (type == DataType.FLOAT32) {
      data().asFloatBuffer().get(values);
    } else {
      for (int index = 0; index < size; index++) {
        values[index] = (float) ElementCodec.readDouble(type, data, index);
      }
    }
    return values;
  }

  public double[] toDoubles() {
    double[] values = new double[size];
    for (int index = 0; index < size; index++) {
      values[index] = ElementCodec.readDouble(type, data, index);
    }
    return values;
  }

  public long[] toLongs() {
    long[] values = new long[size];
    for (int index = 0; index < size; index++) {
      values[index] = ElementCodec.readLong(type, data, index);
    }
    return values;
  }

  /** The same elements under another shape with the same number of elements; nothing is copied. */
  public Tensor reshape(long... newShape) {
    if (elementCount(newShape) != size) {
      throw new InputException("Cannot view " + this + " as shape " + Arrays.toString(newShape));
    }
    return new Tensor(type, newShape.clone(), data, strings);
  }

  /** Same type, shape and bytes; so NaN equals an identical NaN, and 0 differs from -0. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Tensor that
            && type == that.type
            && Arrays.equals(shape, that.shape)
            && data().equals(that.data())
            && strings.equals(that.strings));
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return type.label() + Arrays.toString(shape);
  }
}
