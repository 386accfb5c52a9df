package io.nncf4j.formats.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.onnx.proto.Onnx;

/** Makes ONNX messages of tensors. The message wraps the tensor's bytes; nothing is copied. */
class TensorEncoder {
  /** The message with its data inside. */
  Onnx.TensorProto encode(String name, Tensor tensor) {
    Onnx.TensorProto.Builder message = header(name, tensor);
    if (tensor.dataType() == DataType.STRING) {
      tensor.strings().forEach(text -> message.addStringData(ByteString.copyFromUtf8(text)));
    } else {
      message.setRawData(UnsafeByteOperations.unsafeWrap(tensor.data()));
    }
    return message.build();
  }

  final Onnx.TensorProto.Builder header(String name, Tensor tensor) {
    int number = tensor.dataType().onnxNumber();
    if (number == 0) {
      throw new NncfException(
          "Tensor \""
              + name
              + "\" has the element type "
              + tensor.dataType().label()
              + ", which ONNX does not know; convert it first");
    }
    Onnx.TensorProto.Builder message = Onnx.TensorProto.newBuilder().setDataType(number);
    if (!name.isEmpty()) {
      message.setName(name);
    }
    for (long length : tensor.shape()) {
      message.addDims(length);
    }
    return message;
  }
}
