package io.nncf4j.benchmarks.training;

import com.sun.management.OperatingSystemMXBean;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.data.image.Augmentation;
import io.nncf4j.data.source.ImageSource;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.learning.Optimizer;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/**
 * Speed of training on pictures that are decoded and augmented while it goes on, against the same
 * steps on one tensor that is there already. Blocks of either alternate, so that other load on the
 * machine disturbs both; batches that were made ahead during the other's block are not counted.
 *
 * <p>Arguments: {@code MODEL.onnx TRAIN.yaml BATCH STEPS PAIRS THREADS}.
 */
public final class LoaderSpeed {
  private static final int PADDING = 4;

  private LoaderSpeed() {}

  /** See the class. */
  public static void main(String[] arguments) {
    if (arguments.length != 6) {
      System.err.println("arguments: MODEL.onnx TRAIN.yaml BATCH STEPS PAIRS THREADS");
      System.exit(2);
    }
    Model model = ModelFiles.read(Path.of(arguments[0]));
    int batchSize = Integer.parseInt(arguments[2]);
    int steps = Integer.parseInt(arguments[3]);
    int pairs = Integer.parseInt(arguments[4]);
    TrainingOptions training =
        TrainingOptions.defaults().withThreads(Integer.parseInt(arguments[5]));
    LoaderOptions options = LoaderOptions.defaults().withBatchSize(batchSize).withDropLast(true);
    try (SampleSource source = DatasetDescription.read(Path.of(arguments[1])).open();
        TrainingSession session = new LibtorchEngine().train(model, training);
        Optimizer optimizer =
            new StochasticGradientDescent(
                TrainingStep.parameters(session),
                StochasticGradientDescent.Options.of(0.001).withMomentum(0.9, false));
        BatchLoader loader =
            new BatchLoader(
                ((ImageSource) source).augmented(new Augmentation(PADDING, true, 1), 0).shuffled(1),
                options)) {
      TrainingStep step = new TrainingStep(session, optimizer, 0);
      Iterator<Batch> batches = loader.iterator();
      try (Batch first = batches.next()) {
        compare(step, batches, first, options.batchesAhead() + 1, steps, pairs);
      }
    }
  }

  private static void compare(
      TrainingStep step, Iterator<Batch> batches, Batch synthetic, int made, int steps, int pairs) {
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    double[][] clock = new double[2][pairs];
    double[][] busy = new double[2][pairs];
    for (int pair = -1; pair < pairs; pair++) {
      for (int index = 0; index < made; index++) {
        runNext(step, batches);
      }
      for (int kind = 0; kind < 2; kind++) {
        long start = System.nanoTime();
        long startBusy = process.getProcessCpuTime();
        for (int index = 0; index < steps; index++) {
          if (kind == 0) {
            runNext(step, batches);
          } else {
            run(step, synthetic.input(), CifarPictures.labels(synthetic));
          }
        }
        if (pair >= 0) {
          clock[kind][pair] = (System.nanoTime() - start) / 1e6 / steps;
          busy[kind][pair] = (process.getProcessCpuTime() - startBusy) / 1e6 / steps;
        }
      }
    }
    print("by the clock", clock);
    print("processor time of all threads", busy);
  }

  private static void print(String what, double[][] millis) {
    double[] speeds = new double[millis[0].length];
    Arrays.setAll(speeds, pair -> 100 * millis[1][pair] / millis[0][pair]);
    System.out.printf(
        Locale.ROOT,
        "%s: a step on loaded pictures %.1f ms, on a tensor %.1f ms; speed of the first %.1f %% of"
            + " the second (median of %d pairs, %.1f to %.1f)%n",
        what,
        median(millis[0]),
        median(millis[1]),
        median(speeds),
        speeds.length,
        Arrays.stream(speeds).min().orElse(0),
        Arrays.stream(speeds).max().orElse(0));
  }

  private static void runNext(TrainingStep step, Iterator<Batch> batches) {
    try (Batch batch = batches.next()) {
      run(step, batch.input(), CifarPictures.labels(batch));
    }
  }

  private static void run(TrainingStep step, Tensor pictures, long[] labels) {
    step.runClassifier(Map.of(step.session().inputs().get(0).name(), pictures), labels);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
