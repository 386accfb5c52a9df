package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.UsableSamples;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.List;
import java.util.Map;

/**
 * How far outputs of quantized models are from those of the float model, over a few calibration
 * samples.
 *
 * <p>The error of a sample is the squared error of each output over its squared magnitude, summed
 * over outputs (of outputs that are no floating-point numbers, the share of elements that differ;
 * infinite where a finite value became NaN or infinite). Of several samples the geometric mean
 * counts: errors of pictures differ by factors, and what is compared are factors, so that neither
 * one sample speaks for all nor are those left out that a median does not see. Sessions have one
 * thread, so that the number of threads has no influence.
 */
final class OutputError {
  /** Each choice changes every output of every sample, so that few samples tell choices apart. */
  private static final int SAMPLES = 8;

  /** Errors below this are as good as none: the outputs agree to three digits. */
  private static final double NOTHING = 1e-6;

  private static final SessionOptions SESSION = SessionOptions.defaults().withThreads(1);

  /** One sample and what the float model makes of it. */
  private record Trial(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {}

  private final Engine engine;
  private final List<Trial> trials;

  private OutputError(Engine engine, List<Trial> trials) {
    this.engine = engine;
    this.trials = trials;
  }

  /** Runs the float model over the first samples. */
  static OutputError of(Engine engine, Model model, CalibrationSamples samples) {
    try (Session session = engine.compile(model, SESSION)) {
      return new OutputError(
          engine,
          UsableSamples.first(SAMPLES, samples).stream()
              .map(inputs -> new Trial(inputs, session.run(inputs)))
              .toList());
    }
  }

  /** The error of the outputs of a quantized model. */
  double of(Model quantized) {
    return of(quantized, trials.size());
  }

  /** Likewise, over the first of the samples alone. */
  double of(Model quantized, int samples) {
    int count = Math.min(samples, trials.size());
    double logarithms = 0;
    try (Session session = engine.compile(quantized, SESSION)) {
      for (Trial trial : trials.subList(0, count)) {
        double error = between(trial.outputs(), session.run(trial.inputs()));
        logarithms += Math.log(Math.max(NOTHING, error));
      }
    }
    return Math.exp(logarithms / count);
  }

  /** How far the outputs of the quantized model are from those of the float one. */
  static double between(Map<String, Tensor> expected, Map<String, Tensor> found) {
    double sum = 0;
    for (Map.Entry<String, Tensor> output : expected.entrySet()) {
      Tensor quantized = found.get(output.getKey());
      if (quantized != null) {
        sum += between(output.getValue(), quantized);
      }
    }
    return sum;
  }

  private static double between(Tensor expected, Tensor found) {
    if (expected.size() != found.size()) {
      return 1; // Other boxes were detected: no element has its counterpart.
    }
    return expected.dataType().isFloatingPoint()
        ? relativeError(expected, found)
        : shareOfOthers(expected, found);
  }

  private static double relativeError(Tensor expected, Tensor found) {
    double[] exact = expected.toDoubles();
    double[] quantized = found.toDoubles();
    double error = 0;
    double signal = 0;
    for (int index = 0; index < exact.length; index++) {
      if (Double.isFinite(exact[index])) {
        if (!Double.isFinite(quantized[index])) {
          return Double.POSITIVE_INFINITY;
        }
        double difference = exact[index] - quantized[index];
        error += difference * difference;
        signal += exact[index] * exact[index];
      }
    }
    return signal > 0 ? error / signal : 0;
  }

  /** Indices and classes are right or wrong: how far apart two of them lie says nothing. */
  private static double shareOfOthers(Tensor expected, Tensor found) {
    int others = 0;
    for (int index = 0; index < expected.size(); index++) {
      others += expected.doubleAt(index) == found.doubleAt(index) ? 0 : 1;
    }
    return others == 0 ? 0 : (double) others / expected.size();
  }
}
