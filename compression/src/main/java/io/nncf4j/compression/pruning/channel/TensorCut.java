package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;

/** Takes some indices of one dimension of a tensor. */
final class TensorCut {
  private TensorCut() {}

  static Tensor along(Tensor tensor, int dimension, int[] kept) {
    long[] shape = tensor.shape();
    int outer = 1;
    int inner = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      outer *= axis < dimension ? (int) shape[axis] : 1;
      inner *= axis > dimension ? (int) shape[axis] : 1;
    }
    int length = (int) shape[dimension];
    shape[dimension] = kept.length;
    DataType type = tensor.dataType();
    int elements = outer * kept.length * inner;
    if (type.byteCount(8) % 8 != 0 || type == DataType.STRING) {
      throw new InputException("Channels of " + type.label() + " constants cannot be cut");
    }
    int width = (int) type.byteCount(1);
    ByteBuffer source = tensor.data();
    ByteBuffer target = Tensor.allocate(type, elements);
    for (int row = 0; row < outer; row++) {
      for (int index : kept) {
        int from = (row * length + index) * inner * width;
        target.put(source.slice(from, inner * width));
      }
    }
    return Tensor.of(type, shape, target.flip());
  }
}
