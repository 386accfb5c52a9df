package io.nncf4j.compression.pruning.compensation;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.UsableSamples;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Samples joined to batches of equal size, in their order; what fills no batch is left out. */
public final class Batching {
  private Batching() {}

  /** Whether a model takes batches of any size at its one input. */
  public static boolean isPossible(Model model) {
    List<Value> inputs = model.graph().inputs();
    Shape shape = inputs.get(0).tensorType().shape();
    return inputs.size() == 1 && shape != null && !shape.get(0).isKnown();
  }

  /** Batches for a model, or single samples where it takes no batches. */
  public static List<Map<String, Tensor>> of(Model model, CalibrationSamples samples, int size) {
    return isPossible(model) ? of(samples, size) : UsableSamples.first(Integer.MAX_VALUE, samples);
  }

  /** Batches of at most so many samples. */
  public static List<Map<String, Tensor>> of(CalibrationSamples samples, int size) {
    List<Map<String, Tensor>> single = UsableSamples.first(Integer.MAX_VALUE, samples);
    int batch = Math.min(size, single.size());
    List<Map<String, Tensor>> batches = new ArrayList<>();
    for (int start = 0; start + batch <= single.size(); start += batch) {
      batches.add(joined(single.subList(start, start + batch)));
    }
    return batches;
  }

  /** One batch of samples of one input. */
  static Map<String, Tensor> joined(List<Map<String, Tensor>> parts) {
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
