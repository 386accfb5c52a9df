package io.nncf4j.compression.training.normalization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets the running statistics of batch-norm settle on data, everything else in evaluation and
 * without gradients, after compression has changed what the layers see.
 */
public final class BatchNormalizationAdaptation {
  private BatchNormalizationAdaptation() {}

  /**
   * Runs samples through the model, several at a time: the statistics of a single one say little.
   *
   * @param samples single samples, each as a batch of one
   * @param count how many of them at most
   * @param batchSize how many go through the model together
   */
  public static void run(
      TrainingSession session, CalibrationSamples samples, int count, int batchSize) {
    CalibrationSamples.Pass pass = samples.first(count).begin();
    session.setTraining(false);
    session.setAdaptingNormalization(true);
    List<Map<String, Tensor>> batch = new ArrayList<>();
    try {
      for (CalibrationSamples.Inputs inputs = next(pass); inputs != null; inputs = next(pass)) {
        batch.add(inputs.tensors());
        if (batch.size() == batchSize) {
          forward(session, batch);
          batch.clear();
        }
      }
      if (!batch.isEmpty()) {
        forward(session, batch);
      }
    } finally {
      session.setAdaptingNormalization(false);
    }
  }

  private static CalibrationSamples.@org.jspecify.annotations.Nullable Inputs next(
      CalibrationSamples.Pass pass) {
    return pass.next((type, shape) -> Tensor.allocateDirect(type, Tensor.elementCount(shape)));
  }

  private static void forward(TrainingSession session, List<Map<String, Tensor>> samples) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (String name : samples.get(0).keySet()) {
      inputs.put(name, Batching.join(name, samples));
    }
    try (Outputs outputs = session.forward(inputs)) {
      outputs.names();
    }
  }
}
