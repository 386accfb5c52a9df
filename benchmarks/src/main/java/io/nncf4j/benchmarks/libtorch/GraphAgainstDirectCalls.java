package io.nncf4j.benchmarks.libtorch;

import io.nncf4j.benchmarks.ProcessMemory;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * ResNet-20 on CIFAR-10, run from its graph or by {@link DirectResNet20}; both with the same
 * weights, batches, layout and optimizer. One process measures one of them, so that the peak memory
 * of the process is its own; {@code both} alternates them in one process for the ratio of speeds,
 * which other load on the machine then disturbs equally.
 *
 * <p>Arguments: {@code graph|direct|both train|evaluate STEPS BATCH THREADS MODEL.onnx CIFAR.zip}.
 */
public final class GraphAgainstDirectCalls {
  private static final int WARM_UP = 5;

  private final boolean trains;
  private final int threads;
  private final CifarSamples samples;
  private final int batchSize;

  private GraphAgainstDirectCalls(String[] arguments) throws IOException {
    trains = arguments[1].equals("train");
    batchSize = Integer.parseInt(arguments[3]);
    threads = Integer.parseInt(arguments[4]);
    samples = new CifarSamples(Path.of(arguments[6]), "train", 300, 1);
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 7) {
      System.err.println(
          "arguments: graph|direct|both train|evaluate STEPS BATCH THREADS MODEL.onnx CIFAR.zip");
      System.exit(2);
    }
    GraphAgainstDirectCalls benchmark = new GraphAgainstDirectCalls(arguments);
    Model model = ModelFiles.read(Path.of(arguments[5]));
    int steps = Integer.parseInt(arguments[2]);
    if (arguments[0].equals("both")) {
      benchmark.alternate(model, steps);
    } else {
      benchmark.alone(arguments[0], model, steps);
    }
  }

  private ResNet20 network(String kind, Model model) {
    return ResNet20.of(kind, new ResNet20.Setting(model, trains, threads));
  }

  private void alone(String kind, Model model, int steps) throws IOException {
    double[] losses = new double[steps];
    long[] nanos = new long[steps];
    long early = 0;
    try (ResNet20 network = network(kind, model)) {
      for (int step = 0; step < steps; step++) {
        CifarSamples.Batch batch = samples.next(batchSize);
        long start = System.nanoTime();
        losses[step] = network.step(batch);
        nanos[step] = System.nanoTime() - start;
        if (step == Math.min(100, steps / 2)) {
          early = ProcessMemory.residentBytes();
        }
      }
      System.out.printf(
          Locale.ROOT,
          "%s %s: median %.1f ms a step, %.0f images/s; peak memory %d MB; memory early %d MB, at"
              + " the end %d MB%n",
          kind,
          trains ? "train" : "evaluate",
          median(nanos, WARM_UP) / 1e6,
          batchSize * 1e9 / median(nanos, WARM_UP),
          ProcessMemory.peakBytes() / 1_000_000,
          early / 1_000_000,
          ProcessMemory.residentBytes() / 1_000_000);
      printLosses(losses);
    }
  }

  private static void printLosses(double[] losses) {
    int window = Math.max(1, losses.length / 10);
    System.out.printf(
        Locale.ROOT,
        "mean loss of the first %d steps %.4f, of the last %.4f%n",
        window,
        Arrays.stream(losses, 0, window).average().orElse(0),
        Arrays.stream(losses, losses.length - window, losses.length).average().orElse(0));
  }

  private void alternate(Model model, int steps) {
    long[][] nanos = new long[2][steps];
    try (ResNet20 graph = network("graph", model);
        ResNet20 direct = network("direct", model)) {
      for (int step = 0; step < steps; step++) {
        CifarSamples.Batch batch = samples.next(batchSize);
        for (int turn = 0; turn < 2; turn++) {
          int which = (step + turn) % 2;
          long start = System.nanoTime();
          (which == 0 ? graph : direct).step(batch);
          nanos[which][step] = System.nanoTime() - start;
        }
      }
    }
    double graphMedian = median(nanos[0], WARM_UP);
    double directMedian = median(nanos[1], WARM_UP);
    double[] ratios = new double[steps - WARM_UP];
    for (int step = WARM_UP; step < steps; step++) {
      ratios[step - WARM_UP] = (double) nanos[1][step] / nanos[0][step];
    }
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "%s, batch %d, %d threads: graph %.1f ms, direct %.1f ms; speed of the graph relative to"
            + " direct calls: %.3f by medians, %.3f median of pairs%n",
        trains ? "train" : "evaluate",
        batchSize,
        threads,
        graphMedian / 1e6,
        directMedian / 1e6,
        directMedian / graphMedian,
        ratios[ratios.length / 2]);
  }

  private static double median(long[] nanos, int skipped) {
    long[] sorted = Arrays.copyOfRange(nanos, Math.min(skipped, nanos.length - 1), nanos.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
