package io.nncf4j.cli.run;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.BrokenSampleException;
import io.nncf4j.data.SampleSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A few inputs of a model, for what needs no more than that. */
final class UsableSamples {
  private UsableSamples() {}

  /**
   * The first samples that are not broken, each in memory of its own.
   *
   * @throws InputException when there is none
   */
  static List<Map<String, Tensor>> first(int count, SampleSource source, Model model) {
    CalibrationSamples.Pass pass = CalibrationSamples.of(source, model).begin();
    List<Map<String, Tensor>> samples = new ArrayList<>();
    int tried = 0;
    while (samples.size() < count && tried < source.size()) {
      tried++;
      CalibrationSamples.Inputs inputs = nextOrNull(pass);
      if (inputs != null) {
        samples.add(inputs.tensors());
      }
    }
    if (samples.isEmpty()) {
      throw new InputException("No sample of the data set can be used");
    }
    return samples;
  }

  private static CalibrationSamples.@Nullable Inputs nextOrNull(CalibrationSamples.Pass pass) {
    try {
      return pass.next((type, shape) -> Tensor.allocateDirect(type, Tensor.elementCount(shape)));
    } catch (BrokenSampleException broken) {
      return null; // Calibration has named it already.
    }
  }
}
