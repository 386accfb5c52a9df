package io.nncf4j.benchmarks.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Inputs of a model decoded beforehand, so that passes are timed without reading pictures.
 *
 * @param inputs one for each sample
 */
record DecodedSamples(List<Inputs> inputs) implements CalibrationSamples {
  DecodedSamples {
    inputs = List.copyOf(inputs);
  }

  /** The first {@code count} samples of {@code source}. */
  static DecodedSamples of(SampleSource source, Model model, int count) {
    Pass pass = CalibrationSamples.of(source, model).first(count).begin();
    List<Inputs> decoded = new ArrayList<>();
    Inputs next = next(pass);
    while (next != null) {
      decoded.add(next);
      next = next(pass);
    }
    return new DecodedSamples(decoded);
  }

  private static @org.jspecify.annotations.Nullable Inputs next(Pass pass) {
    return pass.next((type, shape) -> Tensor.allocateDirect(type, Tensor.elementCount(shape)));
  }

  @Override
  public int size() {
    return inputs.size();
  }

  @Override
  public Pass begin() {
    AtomicInteger position = new AtomicInteger();
    return memory -> {
      int index = position.getAndIncrement();
      return index < inputs.size() ? inputs.get(index) : null;
    };
  }
}
