package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.UsableSamples;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Chooses the range estimator whose quantized model gives outputs nearest to those of the float
 * model, over a few calibration samples: no estimator is best for all. Extremes of all samples are
 * right where each sample comes near to them, as behind a Clip, and waste most of the levels where
 * they are those of single samples, as in detectors.
 *
 * <p>Estimators are tried from the widest ranges to the narrowest, until the outputs get worse by a
 * clear margin; the first that is not beaten by such a margin is taken. The distance of a sample is
 * the squared error of each output over its squared magnitude, summed over outputs (of outputs that
 * are no floating-point numbers, the share of elements that differ; infinite where a finite value
 * became NaN or infinite); the median over samples counts, because the extreme of a single sample
 * among few would speak for itself. Sessions have one thread, so that the number of threads has no
 * influence.
 */
final class MeasuredRange {
  /** Each estimator changes every output of every sample, so that few samples tell them apart. */
  private static final int SAMPLES = 8;

  /**
   * Narrower ranges have to leave less than this share of the error: what they cut costs answers in
   * other samples, and of a few samples hardly one shows it.
   */
  private static final double NEEDED_SHARE = 0.8;

  private static final SessionOptions SESSION = SessionOptions.defaults().withThreads(1);

  /** One sample and what the float model makes of it. */
  private record Trial(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {}

  private MeasuredRange() {}

  /**
   * @param estimators at least one, from wide ranges to narrow ones
   * @param build makes the quantized model with the ranges of an estimator
   */
  static RangeEstimator choose(
      Engine engine,
      Model model,
      CalibrationSamples samples,
      List<RangeEstimator> estimators,
      Function<RangeEstimator, Model> build) {
    ExecutorService runner = Executors.newSingleThreadExecutor(MeasuredRange::thread);
    try {
      // One thread runs a model while the other builds the next one.
      CompletableFuture<List<Trial>> trials =
          CompletableFuture.supplyAsync(() -> trials(engine, model, samples), runner);
      RangeEstimator best = estimators.get(0);
      double smallest = Double.NaN;
      Model next = build.apply(best);
      for (int index = 0; index < estimators.size(); index++) {
        Model current = next;
        CompletableFuture<Double> run =
            trials.thenApplyAsync(known -> distance(engine, current, known), runner);
        if (index + 1 < estimators.size()) {
          next = build.apply(estimators.get(index + 1));
        }
        double distance = await(run);
        if (index == 0 || !Double.isFinite(smallest) || distance < NEEDED_SHARE * smallest) {
          best = estimators.get(index);
          smallest = distance;
        } else if (NEEDED_SHARE * distance > smallest) {
          return best;
        }
      }
      return best;
    } finally {
      runner.shutdown();
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "ranges");
    thread.setDaemon(true);
    return thread;
  }

  private static <T> T await(CompletableFuture<T> task) {
    try {
      return task.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof NncfException known) {
        throw known;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new NncfException("Ranges could not be measured: " + e.getCause(), e);
    }
  }

  private static List<Trial> trials(Engine engine, Model model, CalibrationSamples samples) {
    try (Session session = engine.compile(model, SESSION)) {
      return UsableSamples.first(SAMPLES, samples).stream()
          .map(inputs -> new Trial(inputs, session.run(inputs)))
          .toList();
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
    return distances[distances.length / 2];
  }

  /** How far the outputs of the quantized model are from those of the float one. */
  static double distance(Map<String, Tensor> expected, Map<String, Tensor> found) {
    double sum = 0;
    for (Map.Entry<String, Tensor> output : expected.entrySet()) {
      Tensor quantized = found.get(output.getKey());
      if (quantized != null) {
        sum += distance(output.getValue(), quantized);
      }
    }
    return sum;
  }

  private static double distance(Tensor expected, Tensor found) {
    if (expected.size() != found.size()) {
      return 1; // Other boxes were detected: no element has its counterpart.
    }
    return expected.dataType().isFloatingPoint()
        ? relativeError(expected, found)
        : shareOfOthers(expected, found);
  }

  private static double relativeError(Tensor expected, Tensor found) {
    double error = 0;
    double signal = 0;
    for (int index = 0; index < expected.size(); index++) {
      double exact = expected.doubleAt(index);
      if (Double.isFinite(exact)) {
        double quantized = found.doubleAt(index);
        if (!Double.isFinite(quantized)) {
          return Double.POSITIVE_INFINITY;
        }
        error += (exact - quantized) * (exact - quantized);
        signal += exact * exact;
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
