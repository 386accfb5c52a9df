package io.nncf4j.core.operator;

import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Elements of a small tensor as far as they are known before running: what shape arithmetic in a
 * model works on. Booleans are 0 and 1; a float stands here only where it is a whole number.
 *
 * @param shape lengths of the tensor, empty for a scalar
 * @param elements in row-major order, each known, an expression, or unknown
 */
public record IntegerContent(List<Long> shape, List<SymbolicInteger> elements) {
  /** Larger tensors are data, not shapes. */
  static final int MAXIMUM_ELEMENTS = 256;

  public IntegerContent {
    shape = List.copyOf(shape);
    elements = List.copyOf(elements);
  }

  static IntegerContent scalar(SymbolicInteger value) {
    return new IntegerContent(List.of(), List.of(value));
  }

  static IntegerContent vector(List<SymbolicInteger> values) {
    return new IntegerContent(List.of((long) values.size()), values);
  }

  /** The content of a tensor, or null when it is too large or of another kind. */
  static @Nullable IntegerContent of(Tensor tensor) {
    DataType type = tensor.dataType();
    boolean numeric = type.isInteger() || type == DataType.BOOL || type.isFloatingPoint();
    if (!numeric || tensor.size() > MAXIMUM_ELEMENTS) {
      return null;
    }
    List<SymbolicInteger> elements = new ArrayList<>(tensor.size());
    for (int index = 0; index < tensor.size(); index++) {
      elements.add(type.isFloatingPoint() ? whole(tensor.doubleAt(index)) : of(tensor, index));
    }
    List<Long> shape = new ArrayList<>();
    for (long length : tensor.shape()) {
      shape.add(length);
    }
    return new IntegerContent(shape, elements);
  }

  private static SymbolicInteger of(Tensor tensor, int index) {
    long value = tensor.longAt(index);
    return tensor.dataType() == DataType.UINT64 && value < 0
        ? SymbolicInteger.UNKNOWN
        : SymbolicInteger.of(value);
  }

  private static SymbolicInteger whole(double value) {
    boolean negativeZero = Double.doubleToRawLongBits(value) == Long.MIN_VALUE;
    return Math.rint(value) == value && Math.abs(value) < 0x1p53 && !negativeZero
        ? SymbolicInteger.of((long) value)
        : SymbolicInteger.UNKNOWN;
  }

  /** True for a tensor type of the same static shape whose elements arithmetic here can follow. */
  boolean fits(@Nullable ValueType type) {
    return type instanceof TensorType tensor
        && tensor.shape() != null
        && tensor.shape().isStatic()
        && Arrays.stream(tensor.shape().toArray()).boxed().toList().equals(shape)
        && limit(tensor.dataType()) > 0;
  }

  /**
   * The same content with elements unknown that arithmetic in {@code type} would round or wrap
   * around.
   */
  IntegerContent within(@Nullable DataType type) {
    long limit = limit(type);
    return new IntegerContent(
        shape,
        elements.stream()
            .map(
                element ->
                    element.isConstant() && Math.abs(element.constant()) > limit
                        ? SymbolicInteger.UNKNOWN
                        : element)
            .toList());
  }

  /** The largest magnitude that is exact, 0 for types in which no shapes are computed. */
  private static long limit(@Nullable DataType type) {
    if (type == null) {
      return 0;
    }
    return switch (type) {
      case INT64, BOOL -> Long.MAX_VALUE;
      case INT32 -> Integer.MAX_VALUE;
      case FLOAT64 -> 1L << 53;
      case FLOAT32 -> 1L << 24;
      default -> 0;
    };
  }

  /** The same elements under another shape. */
  IntegerContent withShape(List<Long> newShape) {
    return new IntegerContent(newShape, elements);
  }

  boolean isConstant() {
    return elements.stream().allMatch(SymbolicInteger::isConstant);
  }

  /** The tensor that this is when every element is known, else null. */
  @Nullable Tensor toTensor(DataType type) {
    if (!isConstant()) {
      return null;
    }
    double[] values = new double[elements.size()];
    long[] integers = new long[elements.size()];
    for (int index = 0; index < values.length; index++) {
      integers[index] = elements.get(index).constant();
      values[index] = integers[index];
    }
    long[] lengths = shape.stream().mapToLong(Long::longValue).toArray();
    return type == DataType.INT64
        ? Tensor.ofLongs(integers, lengths)
        : Tensor.ofDoubles(type, values, lengths);
  }
}
