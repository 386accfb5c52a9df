package io.nncf4j.benchmarks.training;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.quantization.QuantizationAwareTraining;
import io.nncf4j.compression.training.quantization.QuantizationController;
import io.nncf4j.compression.training.quantization.QuantizationTrainingOptions;
import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * How far the first convolution of an 8-bit network is from the exact sums of its integers: in the
 * training graph, and in the exported file without optimisations. The convolution is 3x3 with
 * padding 1 and stride 1, has a ReLU behind it, and one scale for its input.
 *
 * <p>Arguments: {@code MODEL.onnx DATA_FOLDER SEED PICTURES}.
 */
public final class FirstLayerDistance {
  private static final int KERNEL = 3;

  private final Graph exported;
  private final Node convolution;

  private FirstLayerDistance(Graph exported) {
    this.exported = exported;
    convolution =
        exported.nodes().stream()
            .filter(node -> node.is("Conv"))
            .findFirst()
            .orElseThrow(() -> new InputException("The model has no convolution"));
  }

  /** See the class. */
  public static void main(String[] arguments) {
    Model model = ModelFiles.read(Path.of(arguments[0]));
    Path data = Path.of(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    int pictures = Integer.parseInt(arguments[3]);
    QuantizationController controller;
    Tensor batch;
    try (SampleSource train = DatasetDescription.read(data.resolve("train.yaml")).open();
        SampleSource test = DatasetDescription.read(data.resolve("test.yaml")).open();
        BatchLoader loader =
            new BatchLoader(
                test.shuffled(seed), LoaderOptions.defaults().withBatchSize(pictures))) {
      controller =
          new QuantizationAwareTraining(
                  QuantizationTrainingOptions.defaults(), new OnnxRuntimePlanner())
              .prepare(model, CalibrationSamples.of(train.shuffled(seed), model));
      batch = loader.iterator().next().input();
    }
    try (CompressedModel compressed = controller.model()) {
      Model file = controller.strip();
      new FirstLayerDistance(file.graph()).report(compressed.session().snapshot(), file, batch);
    }
  }

  private void report(Model trained, Model file, Tensor batch) {
    Node activation = exported.uses(convolution.output(0)).get(0).node();
    Node quantize = exported.uses(activation.output(0)).get(0).node();
    String value = activation.output(0);
    double step = constant(quantize.input(1)).doubleAt(0);
    double[] exact = exact(batch);
    report("training graph", run(new LibtorchEngine(), trained, batch, value), exact, step);
    report(
        "exported, optimisations off",
        run(new OnnxRuntimeEngine(), file, batch, value),
        exact,
        step);
  }

  private static float[] run(Engine engine, Model model, Tensor batch, String value) {
    SessionOptions options =
        SessionOptions.defaults().withThreads(1).withOptimize(false).withProbes(List.of(value));
    try (Session session = engine.compile(model, options)) {
      String input = model.graph().inputs().get(0).name();
      return Objects.requireNonNull(session.run(Map.of(input, batch)).get(value)).toFloats();
    }
  }

  private static void report(String name, float[] found, double[] exact, double step) {
    double sum = 0;
    double largest = 0;
    int moved = 0;
    for (int index = 0; index < found.length; index++) {
      double distance = Math.abs(found[index] - exact[index]) / step;
      sum += distance;
      largest = Math.max(largest, distance);
      moved += Math.rint(found[index] / step) == Math.rint(exact[index] / step) ? 0 : 1;
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %d values, distance in steps: mean %.2e, largest %.2e; on another level: %d%n",
        name,
        found.length,
        sum / found.length,
        largest,
        moved);
  }

  private Tensor constant(String name) {
    return Objects.requireNonNull(exported.constant(name), name);
  }

  private Node producer(String value) {
    return Objects.requireNonNull(exported.producer(value), value);
  }

  /** ReLU of the sums of integers, times the scales of the file. */
  private double[] exact(Tensor batch) {
    Node input = producer(convolution.input(0));
    Node weight = producer(convolution.input(1));
    Tensor weights = constant(weight.input(0));
    Tensor scales = constant(weight.input(1));
    Tensor zeros = constant(weight.input(2));
    Tensor bias = constant(producer(convolution.input(2)).input(0));
    double inputScale = constant(input.input(1)).doubleAt(0);
    long[] codes = codes(batch, (float) inputScale, constant(input.input(2)).longAt(0));
    int channels = (int) batch.dimension(1);
    int height = (int) batch.dimension(2);
    int width = (int) batch.dimension(3);
    int filters = (int) weights.dimension(0);
    double[] exact = new double[(int) batch.dimension(0) * filters * height * width];
    for (int index = 0; index < exact.length; index++) {
      int column = index % width;
      int row = index / width % height;
      int filter = index / width / height % filters;
      int picture = index / width / height / filters;
      long sum = bias.longAt(filter);
      for (int tap = 0; tap < channels * KERNEL * KERNEL; tap++) {
        int y = row + tap / KERNEL % KERNEL - 1;
        int x = column + tap % KERNEL - 1;
        if (y >= 0 && y < height && x >= 0 && x < width) {
          int channel = picture * channels + tap / KERNEL / KERNEL;
          sum +=
              codes[(channel * height + y) * width + x]
                  * (weights.longAt(filter * channels * KERNEL * KERNEL + tap)
                      - zeros.longAt(zeros.size() == 1 ? 0 : filter));
        }
      }
      double scale = inputScale * scales.doubleAt(scales.size() == 1 ? 0 : filter);
      exact[index] = Math.max(0, sum * scale);
    }
    return exact;
  }

  /** Codes less the code of zero. */
  private static long[] codes(Tensor batch, float scale, long zero) {
    long[] codes = new long[batch.size()];
    for (int index = 0; index < codes.length; index++) {
      double code = Math.rint(batch.floatAt(index) / scale) + zero;
      codes[index] = (long) Math.max(0, Math.min(255, code)) - zero;
    }
    return codes;
  }
}
