package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.tensor.DataType;

/** ONNX's numbers of element types, as the attribute {@code to} of Cast has them. */
final class OnnxTypes {
  private OnnxTypes() {}

  static DataType dataType(long number) {
    DataType type = DataType.ofOnnxNumber(number);
    if (type == null) {
      throw new UnsupportedNode("there is no element type of the number " + number);
    }
    return type;
  }
}
