package io.nncf4j.compression.training.normalization;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Puts samples together along their first dimension. */
final class Batching {
  private Batching() {}

  static Tensor join(String name, List<Map<String, Tensor>> samples) {
    long rows = 0;
    Tensor first = tensor(name, samples.get(0));
    for (Map<String, Tensor> sample : samples) {
      rows += tensor(name, sample).dimension(0);
    }
    long[] shape = first.shape();
    shape[0] = rows;
    ByteBuffer joined = Tensor.allocateDirect(first.dataType(), Tensor.elementCount(shape));
    for (Map<String, Tensor> sample : samples) {
      joined.put(tensor(name, sample).data());
    }
    joined.flip();
    return Tensor.of(first.dataType(), shape, joined);
  }

  private static Tensor tensor(String name, Map<String, Tensor> sample) {
    Tensor found = sample.get(name);
    if (found == null || found.rank() == 0) {
      throw new InputException("A sample lacks a batch of the input \"" + name + "\"");
    }
    return found;
  }
}
