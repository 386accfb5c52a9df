package io.nncf4j.benchmarks.training;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizerConstraints;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.quantization.ExactEvaluation;
import io.nncf4j.compression.training.quantization.QuantizationAwareTraining;
import io.nncf4j.compression.training.quantization.QuantizationController;
import io.nncf4j.compression.training.quantization.QuantizationTrainingOptions;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.quantize.RangeGradient;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.learning.Optimizer;
import io.nncf4j.learning.ParameterGroups;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Fine-tunes a CIFAR-10 network with and without quantization, by the same recipe from the same
 * weights, and compares: accuracy, time, and the exported file in ONNX Runtime.
 *
 * <p>BITS such as 4+8 are 8 for the first and the last layer.
 *
 * <p>Arguments: {@code MODEL.onnx DATA_FOLDER EPOCHS SEED BITS RATE THREADS [float|quantized|both]
 * [OUT.onnx]}. The recipe: SGD, momentum 0.9, weight decay 1e-4 (none on ranges), batches of 128,
 * cosine schedule, random crop and flip.
 */
public final class QuantizeCifarNetwork {
  private static final int BATCH = 128;

  private final Model model;
  private final Path data;
  private final int epochs;
  private final long seed;
  private final int bits;
  private final boolean wideEnds;
  private final double rate;
  private final TrainingOptions training;
  private final CifarPictures test;

  private QuantizeCifarNetwork(String[] arguments) {
    model = ModelFiles.read(Path.of(arguments[0]));
    data = Path.of(arguments[1]);
    epochs = Integer.parseInt(arguments[2]);
    seed = Long.parseLong(arguments[3]);
    wideEnds = arguments[4].endsWith("+8");
    bits = Integer.parseInt(wideEnds ? arguments[4].substring(0, 1) : arguments[4]);
    rate = Double.parseDouble(arguments[5]);
    training = TrainingOptions.defaults().withThreads(Integer.parseInt(arguments[6]));
    test = CifarPictures.read(data.resolve("test.yaml"), 100);
  }

  /** See the class. */
  public static void main(String[] arguments) {
    if (arguments.length < 7 || arguments.length > 9) {
      System.err.println(
          "arguments: MODEL.onnx DATA_FOLDER EPOCHS SEED BITS RATE THREADS [float|quantized|both]"
              + " [OUT.onnx]");
      System.exit(2);
    }
    QuantizeCifarNetwork job = new QuantizeCifarNetwork(arguments);
    String what = arguments.length > 7 ? arguments[7] : "both";
    if (!what.equals("quantized")) {
      job.trainFloat();
    }
    if (!what.equals("float")) {
      job.trainQuantized(arguments.length > 8 ? Path.of(arguments[8]) : null);
    }
  }

  private void trainFloat() {
    try (TrainingSession session = new LibtorchEngine().train(model, training);
        Optimizer optimizer = descent(TrainingStep.parameters(session), 1e-4)) {
      report("float before", test.accuracy(test.scores(session)));
      train("float", session, optimizer);
      report("float after", test.accuracy(test.scores(session)));
    }
  }

  private void trainQuantized(@org.jspecify.annotations.Nullable Path file) {
    QuantizationController controller;
    try (SampleSource train = DatasetDescription.read(data.resolve("train.yaml")).open()) {
      controller =
          new QuantizationAwareTraining(options(), planner())
              .prepare(model, CalibrationSamples.of(train.shuffled(seed), model));
    }
    controller.findings().forEach(System.out::println);
    System.out.print(controller.statistics());
    try (CompressedModel compressed = controller.model();
        Optimizer optimizer = optimizer(compressed)) {
      if (epochs > 0) {
        report(bits + " bits before", test.accuracy(test.scores(compressed.session())));
        report(
            bits + " bits before, exported", test.accuracy(test.scores(controller.strip(), false)));
        train(bits + " bits", compressed.session(), optimizer);
      }
      List<Tensor> scores = test.scores(compressed.session());
      int[] trained = test.classes(scores);
      report(bits + " bits after", test.accuracy(trained));
      int[] exact;
      try (TrainingSession doubles = ExactEvaluation.of(compressed)) {
        exact = test.classes(test.scores(doubles));
      }
      report(bits + " bits after, evaluated in doubles", test.accuracy(exact));
      Model exported = controller.strip();
      for (boolean optimized : new boolean[] {false, true}) {
        List<Tensor> found = test.scores(exported, optimized);
        int[] run = test.classes(found);
        String name = "exported, optimisations " + (optimized ? "on" : "off");
        report(name, test.accuracy(run));
        System.out.printf(
            Locale.ROOT,
            "%s: same class as the training graph on %.2f %%, evaluated in doubles on %.2f %%%n",
            name,
            100 * CifarPictures.agreement(trained, run),
            100 * CifarPictures.agreement(exact, run));
        System.out.println(name + ": " + CifarPictures.distance(scores, found));
      }
      if (file != null) {
        controller.exportModel(file, true);
      }
    }
  }

  private Planner planner() {
    Planner usual = new OnnxRuntimePlanner();
    return wideEnds ? new WideEnds(usual, bits) : usual;
  }

  private QuantizationTrainingOptions options() {
    QuantizerConstraints width = new QuantizerConstraints(bits, null, null, null, null);
    QuantizationOptions placement = QuantizationOptions.defaults();
    if (bits != 8) {
      placement = placement.withTargetDevice(TargetDevice.TRIAL);
    }
    if (bits != 8 && !wideEnds) {
      placement = placement.withConstraints(width, width);
    }
    return QuantizationTrainingOptions.defaults()
        .withPlacement(placement)
        .withTraining(training)
        .withGradient(bits == 8 ? RangeGradient.STEP : RangeGradient.SCALED_STEP);
  }

  private Optimizer descent(List<org.bytedeco.pytorch.Tensor> parameters, double decay) {
    return new StochasticGradientDescent(
        parameters,
        StochasticGradientDescent.Options.of(rate).withMomentum(0.9, false).withWeightDecay(decay));
  }

  private Optimizer optimizer(CompressedModel compressed) {
    return new ParameterGroups(
        rate,
        List.of(
            new ParameterGroups.Group(descent(compressed.parameters(), 1e-4), 1),
            new ParameterGroups.Group(descent(compressed.compressionParameters(), 0), 1)));
  }

  private void train(String name, TrainingSession session, Optimizer optimizer) {
    new CifarTraining(data, epochs, seed, BATCH, rate)
        .run(name, new TrainingStep(session, optimizer, 0));
  }

  private static void report(String name, double accuracy) {
    System.out.printf(Locale.ROOT, "%s: top-1 %.2f %%%n", name, 100 * accuracy);
  }
}
