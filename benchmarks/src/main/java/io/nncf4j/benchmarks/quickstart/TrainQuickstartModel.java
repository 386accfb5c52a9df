package io.nncf4j.benchmarks.quickstart;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.Target;
import io.nncf4j.data.metric.TopKAccuracy;
import io.nncf4j.data.synthetic.ShapePictures;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import io.nncf4j.learning.Adam;
import io.nncf4j.learning.LearningRateSchedule;
import io.nncf4j.learning.Losses;
import io.nncf4j.learning.TrainingStep;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Trains {@link QuickstartNetwork} on drawn pictures, none of which it sees twice, and writes it.
 *
 * <p>Arguments: the file to write, and how many steps of 32 pictures to train (default 1500). The
 * seeds are fixed and one thread is used, so that one machine always makes the same model; on
 * another, libtorch may round otherwise.
 */
public final class TrainQuickstartModel {
  private static final int BATCH = 32;
  private static final int STEPS = 1500;
  private static final int WARM_UP = 50;
  private static final double RATE = 0.002;
  private static final long NETWORK_SEED = 1;
  private static final long TRAINING_SEED = 1;
  private static final long VALIDATION_SEED = 2;
  private static final int VALIDATION_PICTURES = 2000;

  private final int steps;
  private final PrintStream log;

  private TrainQuickstartModel(int steps, PrintStream log) {
    this.steps = steps;
    this.log = log;
  }

  /** See the class. */
  public static void main(String[] arguments) {
    if (arguments.length < 1 || arguments.length > 2) {
      System.err.println("usage: TrainQuickstartModel MODEL.onnx [STEPS]");
      System.exit(2);
    }
    int steps = arguments.length == 2 ? Integer.parseInt(arguments[1]) : STEPS;
    Model model = new TrainQuickstartModel(steps, System.out).train();
    ModelFiles.write(model, Path.of(arguments[0]), true);
  }

  private Model train() {
    Model network = QuickstartNetwork.create(NETWORK_SEED);
    try (TrainingSession session =
            new LibtorchEngine().train(network, TrainingOptions.defaults().withThreads(1));
        Adam optimizer = new Adam(TrainingStep.parameters(session), Adam.Options.adamW(RATE));
        BatchLoader loader = loader(new ShapePictures(TRAINING_SEED, steps * BATCH))) {
      LearningRateSchedule schedule =
          LearningRateSchedule.cosine(RATE, 0, steps).afterWarmUp(WARM_UP);
      TrainingStep training = new TrainingStep(session, optimizer, 0);
      long start = System.nanoTime();
      int step = 0;
      double recent = 0;
      for (Batch batch : loader) {
        try (batch) {
          optimizer.setLearningRate(schedule.at(step));
          double loss = step(training, batch);
          recent = step == 0 ? loss : 0.95 * recent + 0.05 * loss;
        }
        step++;
        if (step % 40 == 0) {
          log.printf(
              "step %d of %d: loss %.4f, %.1f pictures a second%n",
              step, steps, recent, step * BATCH * 1e9 / (System.nanoTime() - start));
        }
        if (step % 200 == 0 || step == steps) {
          log.printf("top-1 on pictures not seen: %.2f %%%n", 100 * accuracy(session));
        }
      }
      return session.snapshot();
    }
  }

  private static double step(TrainingStep training, Batch batch) {
    long[] labels = new long[batch.size()];
    List<Target> targets = batch.targets();
    for (int index = 0; index < labels.length; index++) {
      if (targets.get(index) instanceof Target.ClassLabel label) {
        labels[index] = label.index();
      }
    }
    try (org.bytedeco.pytorch.Tensor truth =
        TensorExchange.copyToTorch(Tensor.ofLongs(labels, labels.length))) {
      return training.run(
          Map.of("image", batch.input()),
          outputs -> Losses.crossEntropy(outputs.tensor("scores"), truth));
    }
  }

  private static double accuracy(TrainingSession session) {
    session.setTraining(false);
    TopKAccuracy accuracy = new TopKAccuracy(1);
    try (BatchLoader loader = loader(new ShapePictures(VALIDATION_SEED, VALIDATION_PICTURES))) {
      for (Batch batch : loader) {
        try (batch;
            Outputs outputs = session.forward(Map.of("image", batch.input()))) {
          accuracy.add(outputs.read("scores"), batch.targets());
        }
      }
    }
    return accuracy.result().value();
  }

  private static BatchLoader loader(ShapePictures pictures) {
    return new BatchLoader(pictures, LoaderOptions.defaults().withBatchSize(BATCH));
  }
}
