package io.nncf4j.compression.quantization;

import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Chooses the range estimator whose quantized model gives outputs nearest to those of the float
 * model, over a few calibration samples: no estimator is best for all. Extremes of all samples are
 * right where each sample comes near to them, as behind a Clip, and waste most of the levels where
 * they are those of single samples, as in detectors.
 *
 * <p>Estimators are tried from the widest ranges to the narrowest, until the outputs get worse by a
 * clear margin; the first that is not beaten by such a margin is taken.
 */
final class MeasuredRange {
  /**
   * Narrower ranges have to leave less than this share of the error: what they cut costs answers in
   * other samples, and of a few samples hardly one shows it.
   */
  private static final double NEEDED_SHARE = 0.8;

  /**
   * What was taken.
   *
   * @param error of the outputs of its model
   * @param measure gave that error
   */
  record Choice(RangeEstimator estimator, double error, OutputError measure) {}

  private MeasuredRange() {}

  /**
   * @param measure prepared aside, while the first model is built
   * @param estimators at least one, from wide ranges to narrow ones
   * @param build makes the quantized model with the ranges of an estimator
   */
  static Choice choose(
      Supplier<OutputError> measure,
      List<RangeEstimator> estimators,
      Function<RangeEstimator, Model> build) {
    ExecutorService runner = Executors.newSingleThreadExecutor(MeasuredRange::thread);
    try {
      // One thread runs a model while the other builds the next one.
      CompletableFuture<OutputError> prepared = CompletableFuture.supplyAsync(measure, runner);
      RangeEstimator best = estimators.get(0);
      double smallest = Double.NaN;
      Model next = build.apply(best);
      for (int index = 0; index < estimators.size(); index++) {
        Model current = next;
        CompletableFuture<Double> run = prepared.thenApplyAsync(error -> error.of(current), runner);
        if (index + 1 < estimators.size()) {
          next = build.apply(estimators.get(index + 1));
        }
        double distance = await(run);
        if (index == 0 || !Double.isFinite(smallest) || distance < NEEDED_SHARE * smallest) {
          best = estimators.get(index);
          smallest = distance;
        } else if (NEEDED_SHARE * distance > smallest) {
          break;
        }
      }
      return new Choice(best, smallest, await(prepared));
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
}
