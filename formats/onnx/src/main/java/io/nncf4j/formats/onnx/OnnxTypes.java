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

/** Element types and value types, between ONNX's messages and ours. */
final class OnnxTypes {
  private OnnxTypes() {}

  /** The element type of an ONNX number; null when it is undefined or not known. */
  static @Nullable DataType dataType(int number) {
    Onnx.TensorProto.DataType type = Onnx.TensorProto.DataType.forNumber(number);
    return type == null ? null : dataType(type);
  }

  private static @Nullable DataType dataType(Onnx.TensorProto.DataType type) {
    return switch (type) {
      case UNDEFINED -> null;
      case FLOAT -> DataType.FLOAT32;
      case UINT8 -> DataType.UINT8;
      case INT8 -> DataType.INT8;
      case UINT16 -> DataType.UINT16;
      case INT16 -> DataType.INT16;
      case INT32 -> DataType.INT32;
      case INT64 -> DataType.INT64;
      case STRING -> DataType.STRING;
      case BOOL -> DataType.BOOL;
      case FLOAT16 -> DataType.FLOAT16;
      case DOUBLE -> DataType.FLOAT64;
      case UINT32 -> DataType.UINT32;
      case UINT64 -> DataType.UINT64;
      case COMPLEX64 -> DataType.COMPLEX64;
      case COMPLEX128 -> DataType.COMPLEX128;
      case BFLOAT16 -> DataType.BFLOAT16;
      case FLOAT8E4M3FN -> DataType.FLOAT8_E4M3FN;
      case FLOAT8E4M3FNUZ -> DataType.FLOAT8_E4M3FNUZ;
      case FLOAT8E5M2 -> DataType.FLOAT8_E5M2;
      case FLOAT8E5M2FNUZ -> DataType.FLOAT8_E5M2FNUZ;
      case UINT4 -> DataType.UINT4;
      case INT4 -> DataType.INT4;
      case FLOAT4E2M1 -> DataType.FLOAT4_E2M1;
      case FLOAT8E8M0 -> DataType.FLOAT8_E8M0;
      case UINT2 -> DataType.UINT2;
      case INT2 -> DataType.INT2;
    };
  }

  /** ONNX's number of an element type; 0, undefined, for one that ONNX lacks. */
  static int number(DataType type) {
    return switch (type) {
      case FLOAT32 -> Onnx.TensorProto.DataType.FLOAT_VALUE;
      case UINT8 -> Onnx.TensorProto.DataType.UINT8_VALUE;
      case INT8 -> Onnx.TensorProto.DataType.INT8_VALUE;
      case UINT16 -> Onnx.TensorProto.DataType.UINT16_VALUE;
      case INT16 -> Onnx.TensorProto.DataType.INT16_VALUE;
      case INT32 -> Onnx.TensorProto.DataType.INT32_VALUE;
      case INT64 -> Onnx.TensorProto.DataType.INT64_VALUE;
      case STRING -> Onnx.TensorProto.DataType.STRING_VALUE;
      case BOOL -> Onnx.TensorProto.DataType.BOOL_VALUE;
      case FLOAT16 -> Onnx.TensorProto.DataType.FLOAT16_VALUE;
      case FLOAT64 -> Onnx.TensorProto.DataType.DOUBLE_VALUE;
      case UINT32 -> Onnx.TensorProto.DataType.UINT32_VALUE;
      case UINT64 -> Onnx.TensorProto.DataType.UINT64_VALUE;
      case COMPLEX64 -> Onnx.TensorProto.DataType.COMPLEX64_VALUE;
      case COMPLEX128 -> Onnx.TensorProto.DataType.COMPLEX128_VALUE;
      case BFLOAT16 -> Onnx.TensorProto.DataType.BFLOAT16_VALUE;
      case FLOAT8_E4M3FN -> Onnx.TensorProto.DataType.FLOAT8E4M3FN_VALUE;
      case FLOAT8_E4M3FNUZ -> Onnx.TensorProto.DataType.FLOAT8E4M3FNUZ_VALUE;
      case FLOAT8_E5M2 -> Onnx.TensorProto.DataType.FLOAT8E5M2_VALUE;
      case FLOAT8_E5M2FNUZ -> Onnx.TensorProto.DataType.FLOAT8E5M2FNUZ_VALUE;
      case UINT4 -> Onnx.TensorProto.DataType.UINT4_VALUE;
      case INT4 -> Onnx.TensorProto.DataType.INT4_VALUE;
      case FLOAT4_E2M1 -> Onnx.TensorProto.DataType.FLOAT4E2M1_VALUE;
      case FLOAT8_E8M0 -> Onnx.TensorProto.DataType.FLOAT8E8M0_VALUE;
      case UINT2 -> Onnx.TensorProto.DataType.UINT2_VALUE;
      case INT2 -> Onnx.TensorProto.DataType.INT2_VALUE;
      case NF4 -> Onnx.TensorProto.DataType.UNDEFINED_VALUE;
    };
  }

  /** The value type, or null for one that is not set, sparse or opaque. */
  static @Nullable ValueType valueType(Onnx.TypeProto type) {
    return switch (type.getValueCase()) {
      case TENSOR_TYPE ->
          new TensorType(
              dataType(type.getTensorType().getElemType()),
              type.getTensorType().hasShape() ? shape(type.getTensorType().getShape()) : null);
      case SEQUENCE_TYPE ->
          new ValueType.SequenceType(valueType(type.getSequenceType().getElemType()));
      case OPTIONAL_TYPE ->
          new ValueType.OptionalType(valueType(type.getOptionalType().getElemType()));
      case MAP_TYPE -> {
        DataType key = dataType(type.getMapType().getKeyType());
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
        message.setElemType(number(dataType));
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
              .setKeyType(number(map.key()))
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
