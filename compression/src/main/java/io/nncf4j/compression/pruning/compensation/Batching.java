package io.nncf4j.compression.pruning.compensation;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.UsableSamples;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Samples joined to batches of equal size, in their order; what fills no batch is left out. */
final class Batching {
  private final CalibrationSamples samples;
  private final int size;

  Batching(CalibrationSamples samples, int size) {
    this.samples = samples;
    this.size = size;
  }

  List<Map<String, Tensor>> all() {
    List<Map<String, Tensor>> single = UsableSamples.first(Integer.MAX_VALUE, samples);
    int batch = Math.min(size, single.size());
    List<Map<String, Tensor>> batches = new ArrayList<>();
    for (int start = 0; start + batch <= single.size(); start += batch) {
      batches.add(joined(single.subList(start, start + batch)));
    }
    return batches;
  }

  private static Map<String, Tensor> joined(List<Map<String, Tensor>> parts) {
    String name = parts.get(0).keySet().iterator().next();
    List<Tensor> alike = new ArrayList<>();
    for (Map<String, Tensor> part : parts) {
      Tensor tensor = part.get(name);
      if (tensor != null
          && (alike.isEmpty() || Arrays.equals(tensor.shape(), alike.get(0).shape()))) {
        alike.add(tensor);
      }
    }
    long[] shape = alike.get(0).shape();
    shape[0] *= alike.size();
    ByteBuffer data = Tensor.allocateDirect(alike.get(0).dataType(), Tensor.elementCount(shape));
    alike.forEach(tensor -> data.put(tensor.data()));
    return Map.of(name, Tensor.of(alike.get(0).dataType(), shape, data.flip()));
  }
}
