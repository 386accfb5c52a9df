package io.nncf4j.formats.onnx;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Value types, between ONNX's messages and ours. */
final class OnnxTypes {
  private OnnxTypes() {}

  /** The value type, or null for one that is not set, sparse or opaque. */
  static @Nullable ValueType valueType(Onnx.TypeProto type) {
    return switch (type.getValueCase()) {
      case TENSOR_TYPE ->
          new TensorType(
              DataType.ofOnnxNumber(type.getTensorType().getElemType()),
              type.getTensorType().hasShape() ? shape(type.getTensorType().getShape()) : null);
      case SEQUENCE_TYPE ->
          new ValueType.SequenceType(valueType(type.getSequenceType().getElemType()));
      case OPTIONAL_TYPE ->
          new ValueType.OptionalType(valueType(type.getOptionalType().getElemType()));
      case MAP_TYPE -> {
        DataType key = DataType.ofOnnxNumber(type.getMapType().getKeyType());
        yield key == null
            ? null
            : new ValueType.MapType(key, valueType(type.getMapType().getValueType()));
      }
      case SPARSE_TENSOR_TYPE, OPAQUE_TYPE, VALUE_NOT_SET -> null;
    };
  }

  private static Shape shape(Onnx.TensorShapeProto shape) {
    List<Dimension> dimensions = new ArrayList<>(shape.getDimCount());
    for (Onnx.TensorShapeProto.Dimension dimension : shape.getDimList()) {
      // Some exporters write -1 for a length they do not know.
      if (dimension.hasDimValue() && dimension.getDimValue() >= 0) {
        dimensions.add(Dimension.of(dimension.getDimValue()));
      } else if (dimension.hasDimParam() && !dimension.getDimParam().isEmpty()) {
        dimensions.add(Dimension.symbol(dimension.getDimParam()));
      } else {
        dimensions.add(Dimension.UNKNOWN);
      }
    }
    return new Shape(dimensions);
  }

  static Onnx.TypeProto typeProto(@Nullable ValueType type) {
    Onnx.TypeProto.Builder builder = Onnx.TypeProto.newBuilder();
    if (type instanceof TensorType tensor) {
      Onnx.TypeProto.Tensor.Builder message = Onnx.TypeProto.Tensor.newBuilder();
      DataType dataType = tensor.dataType();
      if (dataType != null) {
        message.setElemType(dataType.onnxNumber());
      }
      Shape shape = tensor.shape();
      if (shape != null) {
        message.setShape(shapeProto(shape));
      }
      builder.setTensorType(message);
    } else if (type instanceof ValueType.SequenceType sequence) {
      builder.setSequenceType(
          Onnx.TypeProto.Sequence.newBuilder().setElemType(typeProto(sequence.element())));
    } else if (type instanceof ValueType.OptionalType optional) {
      builder.setOptionalType(
          Onnx.TypeProto.Optional.newBuilder().setElemType(typeProto(optional.element())));
    } else if (type instanceof ValueType.MapType map) {
      builder.setMapType(
          Onnx.TypeProto.Map.newBuilder()
              .setKeyType(map.key().onnxNumber())
              .setValueType(typeProto(map.value())));
    }
    return builder.build();
  }

  private static Onnx.TensorShapeProto shapeProto(Shape shape) {
    Onnx.TensorShapeProto.Builder builder = Onnx.TensorShapeProto.newBuilder();
    for (Dimension dimension : shape.dimensions()) {
      Onnx.TensorShapeProto.Dimension.Builder message = builder.addDimBuilder();
      if (dimension instanceof Dimension.Known known) {
        message.setDimValue(known.length());
      } else if (dimension instanceof Dimension.Symbol symbol) {
        message.setDimParam(symbol.name());
      }
    }
    return builder.build();
  }
}
