package io.nncf4j.benchmarks.training;

import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.CompressedModels;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.pruning.FilterPruningController;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.learning.Optimizer;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Time of a training step of a network whose filters are masked, of the same network without those
 * filters, and of the network as it was, in turn.
 *
 * <p>Arguments: {@code MODEL.onnx SIZE BATCH STEPS THREADS FLOPS_TARGET}.
 */
public final class ShrunkStepTime {
  private static final int WARM_UP = 3;
  private static final List<String> NAMES = List.of("as it was", "masked", "shrunk");

  private ShrunkStepTime() {}

  /** See the class. */
  public static void main(String[] arguments) {
    if (arguments.length != 6) {
      System.err.println("arguments: MODEL.onnx SIZE BATCH STEPS THREADS FLOPS_TARGET");
      System.exit(2);
    }
    Tensor pictures =
        TimedStep.noise(3, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[1]));
    TrainingOptions training =
        TrainingOptions.defaults().withThreads(Integer.parseInt(arguments[4]));
    double target = Double.parseDouble(arguments[5]);
    Model model = ModelFiles.read(Path.of(arguments[0]));
    NNCFConfig config =
        NNCFConfig.fromText(
            """
            {"compression": {"algorithm": "filter_pruning", "params": {"schedule": "baseline",
              "pruning_flops_target": %s, "prune_first_conv": true,
              "prune_downsample_convs": true}}}"""
                .formatted(target));
    CompressionController controller =
        CompressedModels.createCompressedModel(model, config, null, training, false);
    FilterPruningController pruning = controller.part(FilterPruningController.class).orElseThrow();
    pruning.setLevel(target);
    LibtorchEngine engine = new LibtorchEngine();
    try (TrainingSession masked = controller.model().session();
        TrainingSession plain = engine.train(model, training);
        TrainingSession shrunk = engine.train(pruning.shrunk(), training)) {
      System.out.println(pruning.statistics());
      List<TrainingSession> sessions = List.of(plain, masked, shrunk);
      print(times(sessions, pictures, Integer.parseInt(arguments[3])));
    }
  }

  private static double[][] times(List<TrainingSession> sessions, Tensor pictures, int steps) {
    List<Optimizer> optimizers =
        sessions.stream().map(session -> descent(TrainingStep.parameters(session))).toList();
    double[][] millis = new double[sessions.size()][steps];
    for (int step = -WARM_UP; step < steps; step++) {
      for (int turn = 0; turn < sessions.size(); turn++) {
        int which = Math.floorMod(step + turn, sessions.size());
        long start = System.nanoTime();
        TimedStep.run(new TrainingStep(sessions.get(which), optimizers.get(which), 0), pictures);
        if (step >= 0) {
          millis[which][step] = (System.nanoTime() - start) / 1e6;
        }
      }
    }
    optimizers.forEach(Optimizer::close);
    return millis;
  }

  private static Optimizer descent(List<org.bytedeco.pytorch.Tensor> parameters) {
    return new StochasticGradientDescent(
        parameters, StochasticGradientDescent.Options.of(0.001).withMomentum(0.9, false));
  }

  private static void print(double[][] millis) {
    for (int which = 0; which < millis.length; which++) {
      double[] ratios = new double[millis[which].length];
      double[] own = millis[which];
      Arrays.setAll(ratios, step -> millis[1][step] / own[step]);
      System.out.printf(
          Locale.ROOT,
          "%s: %.0f ms a step, %.2fx as fast as masked (median of %d rounds)%n",
          NAMES.get(which),
          TimedStep.median(own),
          TimedStep.median(ratios),
          ratios.length);
    }
  }
}
