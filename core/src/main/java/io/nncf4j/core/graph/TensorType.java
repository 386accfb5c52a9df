package io.nncf4j.core.graph;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Element type and shape of a tensor value.
 *
 * @param dataType element type, or null when unknown
 * @param shape the shape, or null when even the rank is unknown
 */
public record TensorType(@Nullable DataType dataType, @Nullable Shape shape) implements ValueType {
  public static final TensorType UNKNOWN = new TensorType(null, null);

  public static TensorType of(DataType dataType, long... shape) {
    return new TensorType(dataType, Shape.of(shape));
  }

  public static TensorType of(Tensor tensor) {
    return of(tensor.dataType(), tensor.shape());
  }

  public TensorType withShape(@Nullable Shape newShape) {
    return new TensorType(dataType, newShape);
  }

  public TensorType withDataType(@Nullable DataType newType) {
    return new TensorType(newType, shape);
  }

  @Override
  public String toString() {
    return (dataType == null ? "?" : dataType.label())
        + (shape == null ? "[...]" : shape.toString());
  }
}
