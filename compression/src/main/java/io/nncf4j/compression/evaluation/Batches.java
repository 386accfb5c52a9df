package io.nncf4j.compression.evaluation;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors whose first dimension is the batch. */
final class Batches {
  private Batches() {}

  /** The tensor with zeros behind it up to {@code length}; itself when it is that long. */
  static Tensor padded(Tensor tensor, int length) {
    if (tensor.dimension(0) == length) {
      return tensor;
    }
    long[] shape = tensor.shape();
    shape[0] = length;
    ByteBuffer data = Tensor.allocateDirect(tensor.dataType(), Tensor.elementCount(shape));
    data.put(tensor.data()).rewind();
    return Tensor.of(tensor.dataType(), shape, data);
  }

  /**
   * The first {@code samples} of a batch of {@code batch}, without copying; the tensor itself when
   * it is not a batch of that many.
   */
  static Tensor first(Tensor tensor, int samples, int batch) {
    if (samples == batch
        || tensor.rank() == 0
        || tensor.dimension(0) != batch
        || tensor.dataType().isPacked()
        || tensor.dataType() == DataType.STRING) {
      return tensor;
    }
    long[] shape = tensor.shape();
    shape[0] = samples;
    ByteBuffer data = tensor.data();
    data.limit((int) tensor.dataType().byteCount(Tensor.elementCount(shape)));
    return Tensor.of(tensor.dataType(), shape, data);
  }

  /** {@link #first(Tensor, int, int)} of each output. */
  static Map<String, Tensor> first(Map<String, Tensor> outputs, int samples, int batch) {
    if (samples == batch) {
      return outputs;
    }
    Map<String, Tensor> parts = new LinkedHashMap<>();
    outputs.forEach((name, tensor) -> parts.put(name, first(tensor, samples, batch)));
    return parts;
  }

  /** A copy outside the heap. */
  static Tensor copy(Tensor tensor) {
    ByteBuffer data = Tensor.allocateDirect(tensor.dataType(), tensor.size());
    data.put(tensor.data()).rewind();
    return Tensor.of(tensor.dataType(), tensor.shape(), data);
  }
}
