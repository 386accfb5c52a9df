package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.BrokenSampleException;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the range estimator whose quantized model gives outputs nearest to those of the float
 * model, over a few calibration samples: no estimator is best for all. Extremes of all samples are
 * right where each sample comes near to them, as behind a Clip, and waste most of the levels where
 * they are those of single samples, as in detectors.
 *
 * <p>Estimators are tried from the widest ranges to the narrowest, until the outputs get worse. The
 * distance of a sample is the squared error of each output over its squared magnitude, summed over
 * outputs; the median over samples counts, because the extreme of a single sample among few would
 * speak for itself. Sessions have one thread, so that the number of threads has no influence.
 */
final class MeasuredRange {
  /** Each estimator changes every output of every sample, so that few samples tell them apart. */
  private static final int SAMPLES = 8;

  private static final List<RangeEstimator> FROM_WIDE_TO_NARROW =
      List.of(RangeEstimator.MIN_MAX, RangeEstimator.LIMITED_MIN_MAX, RangeEstimator.MEAN_MIN_MAX);

  private static final SessionOptions SESSION = SessionOptions.defaults().withThreads(1);

  /** One sample and what the float model makes of it. */
  private record Trial(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {}

  private MeasuredRange() {}

  /**
   * @param build makes the quantized model with the ranges of an estimator
   */
  static RangeEstimator choose(
      Engine engine,
      Model model,
      CalibrationSamples samples,
      Function<RangeEstimator, Model> build) {
    List<Trial> trials = trials(engine, model, samples);
    RangeEstimator best = FROM_WIDE_TO_NARROW.get(0);
    double smallest = Double.POSITIVE_INFINITY;
    for (RangeEstimator estimator : FROM_WIDE_TO_NARROW) {
      double distance = distance(engine, build.apply(estimator), trials);
      if (distance >= smallest) {
        return best;
      }
      best = estimator;
      smallest = distance;
    }
    return best;
  }

  private static List<Trial> trials(Engine engine, Model model, CalibrationSamples samples) {
    List<Trial> trials = new ArrayList<>();
    CalibrationSamples.Pass pass = samples.first(SAMPLES).begin();
    try (Session session = engine.compile(model, SESSION)) {
      Map<String, Tensor> inputs = next(pass);
      while (inputs != null) {
        trials.add(new Trial(inputs, session.run(inputs)));
        inputs = next(pass);
      }
    }
    return trials;
  }

  private static @Nullable Map<String, Tensor> next(CalibrationSamples.Pass pass) {
    while (true) {
      try {
        CalibrationSamples.Inputs inputs =
            pass.next((type, shape) -> Tensor.allocateDirect(type, Tensor.elementCount(shape)));
        return inputs == null ? null : inputs.tensors();
      } catch (BrokenSampleException e) {
        continue; // Calibration has named it already.
      }
    }
  }

  private static double distance(Engine engine, Model quantized, List<Trial> trials) {
    double[] distances = new double[trials.size()];
    try (Session session = engine.compile(quantized, SESSION)) {
      for (int trial = 0; trial < distances.length; trial++) {
        Map<String, Tensor> found = session.run(trials.get(trial).inputs());
        distances[trial] = distance(trials.get(trial).outputs(), found);
      }
    }
    Arrays.sort(distances);
    return distances.length == 0 ? 0 : distances[distances.length / 2];
  }

  private static double distance(Map<String, Tensor> expected, Map<String, Tensor> found) {
    double sum = 0;
    for (Map.Entry<String, Tensor> output : found.entrySet()) {
      Tensor exact = expected.get(output.getKey());
      Tensor quantized = output.getValue();
      if (exact != null
          && exact.dataType() == DataType.FLOAT32
          && quantized.dataType() == DataType.FLOAT32
          && exact.size() == quantized.size()) {
        sum += relativeError(exact.toFloats(), quantized.toFloats());
      }
    }
    return sum;
  }

  private static double relativeError(float[] expected, float[] found) {
    double error = 0;
    double signal = 0;
    for (int index = 0; index < expected.length; index++) {
      double difference = (double) expected[index] - found[index];
      if (Double.isFinite(difference)) {
        error += difference * difference;
        signal += (double) expected[index] * expected[index];
      }
    }
    return signal > 0 ? error / signal : 0;
  }
}
