package io.nncf4j.engines.onnxruntime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtUtil;
import ai.onnxruntime.TensorInfo;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Tensors of this framework as tensors of ONNX Runtime, and back. */
final class OrtTensors {
  private OrtTensors() {}

  /**
   * The runtime's view of a buffer outside the heap: nothing is copied, and the buffer must live as
   * long as the view. Unsigned types wider than a byte, which the Java interface lacks, go as
   * signed ones of the same bits.
   */
  static OnnxTensor view(OrtEnvironment environment, DataType type, ByteBuffer data, long[] shape)
      throws OrtException {
    return switch (type) {
      case FLOAT32 -> OnnxTensor.createTensor(environment, data.asFloatBuffer(), shape);
      case FLOAT64 -> OnnxTensor.createTensor(environment, data.asDoubleBuffer(), shape);
      case INT64, UINT64 -> OnnxTensor.createTensor(environment, data.asLongBuffer(), shape);
      case INT32, UINT32 -> OnnxTensor.createTensor(environment, data.asIntBuffer(), shape);
      case INT16, UINT16 -> OnnxTensor.createTensor(environment, data.asShortBuffer(), shape);
      case FLOAT16 ->
          OnnxTensor.createTensor(environment, data.asShortBuffer(), shape, OnnxJavaType.FLOAT16);
      case BFLOAT16 ->
          OnnxTensor.createTensor(environment, data.asShortBuffer(), shape, OnnxJavaType.BFLOAT16);
      case INT8 -> OnnxTensor.createTensor(environment, data, shape, OnnxJavaType.INT8);
      case UINT8 -> OnnxTensor.createTensor(environment, data, shape, OnnxJavaType.UINT8);
      case BOOL -> OnnxTensor.createTensor(environment, data, shape, OnnxJavaType.BOOL);
      default ->
          throw new NncfException(
              "ONNX Runtime's Java interface takes no tensors of " + type.label());
    };
  }

  static OnnxTensor ofStrings(OrtEnvironment environment, Tensor tensor) throws OrtException {
    return OnnxTensor.createTensor(
        environment, tensor.strings().toArray(new String[0]), tensor.shape());
  }

  /** True when a tensor of this type can be given to the runtime. */
  static boolean isFeedable(DataType type) {
    return switch (type) {
      case FLOAT64, FLOAT32, FLOAT16, BFLOAT16, BOOL, STRING -> true;
      default -> type.isInteger() && !type.isPacked();
    };
  }

  /** True when the runtime can write an output of this type into a buffer that is given to it. */
  static boolean isPinnable(DataType type) {
    return isFeedable(type)
        && type != DataType.STRING
        && type != DataType.UINT16
        && type != DataType.UINT32
        && type != DataType.UINT64;
  }

  /** A copy of an output, on the heap. */
  static Tensor copy(String name, OnnxValue value) throws OrtException {
    if (!(value instanceof OnnxTensor tensor)) {
      throw new NncfException(
          "The output \""
              + name
              + "\" is no tensor but "
              + value.getInfo()
              + "; take its elements out inside the model");
    }
    TensorInfo info = tensor.getInfo();
    DataType type = dataType(info.onnxType);
    if (type == null) {
      throw new NncfException(
          "The output \""
              + name
              + "\" has the type "
              + info.onnxType
              + ", which ONNX Runtime's Java interface cannot hand out; cast it inside the model");
    }
    long[] shape = info.getShape();
    if (type == DataType.STRING) {
      Object strings = tensor.getValue();
      String[] flat =
          strings instanceof String one ? new String[] {one} : OrtUtil.flattenString(strings);
      return Tensor.ofStrings(Arrays.asList(flat), shape);
    }
    ByteBuffer bytes =
        Tensor.elementCount(shape) == 0 ? ByteBuffer.allocate(0) : tensor.getByteBuffer();
    return Tensor.of(type, shape, bytes);
  }

  private static @Nullable DataType dataType(TensorInfo.OnnxTensorType type) {
    return switch (type) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> DataType.FLOAT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> DataType.FLOAT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> DataType.FLOAT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> DataType.BFLOAT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> DataType.INT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> DataType.INT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> DataType.INT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> DataType.INT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> DataType.UINT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> DataType.UINT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> DataType.UINT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> DataType.UINT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> DataType.BOOL;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> DataType.STRING;
      default -> null;
    };
  }
}
