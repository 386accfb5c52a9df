package io.nncf4j.benchmarks.training;

import com.sun.management.OperatingSystemMXBean;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.quantization.QuantizationAwareTraining;
import io.nncf4j.compression.training.quantization.QuantizationController;
import io.nncf4j.compression.training.quantization.QuantizationTrainingOptions;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.quantize.RangeGradient;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Dataset;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.learning.Optimizer;
import io.nncf4j.learning.ParameterGroups;
import io.nncf4j.learning.StochasticGradientDescent;
import io.nncf4j.learning.TrainingStep;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Time of a training step with quantizers against one without, alternating, so that other load on
 * the machine disturbs both; and the memory of the process while quantized steps go on. On a busy
 * machine the time that threads were running tells more than the clock; with {@code
 * OMP_WAIT_POLICY=passive} in the environment threads that wait do not count as running.
 *
 * <p>Arguments: {@code mobilenet|MODEL.onnx SIZE BATCH STEPS THREADS [both|quantized]}. With {@code
 * quantized}, only those steps run, and memory is printed after each tenth of them.
 */
public final class QuantizedStepTime {
  private static final int WARM_UP = 2;
  private static final int SETTLING = 40;

  private QuantizedStepTime() {}

  /** See the class. */
  public static void main(String[] arguments) {
    if (arguments.length < 5 || arguments.length > 6) {
      System.err.println(
          "arguments: mobilenet|MODEL.onnx SIZE BATCH STEPS THREADS [both|quantized]");
      System.exit(2);
    }
    int size = Integer.parseInt(arguments[1]);
    int batch = Integer.parseInt(arguments[2]);
    int steps = Integer.parseInt(arguments[3]);
    TrainingOptions training =
        TrainingOptions.defaults().withThreads(Integer.parseInt(arguments[4]));
    Model model =
        arguments[0].equals("mobilenet")
            ? settled(MobileNetV2.model(1000), training)
            : ModelFiles.read(Path.of(arguments[0]));
    String input = model.graph().inputs().get(0).name();
    List<Map<String, Tensor>> samples =
        List.of(
            Map.of(input, TimedStep.noise(1, 1, size)), Map.of(input, TimedStep.noise(2, 1, size)));
    QuantizationController controller =
        new QuantizationAwareTraining(
                QuantizationTrainingOptions.defaults()
                    .withTraining(training)
                    .withGradient(RangeGradient.SCALED_STEP))
            .prepare(model, CalibrationSamples.of(new Dataset<>(samples, each -> each), 2));
    Tensor pictures = TimedStep.noise(3, batch, size);
    boolean onlyQuantized = arguments.length > 5 && arguments[5].equals("quantized");
    try (CompressedModel compressed = controller.model();
        Optimizer quantizedOptimizer =
            new ParameterGroups(
                0.001,
                List.of(
                    new ParameterGroups.Group(descent(compressed.parameters()), 1),
                    new ParameterGroups.Group(descent(compressed.compressionParameters()), 1)))) {
      TrainingStep quantized = new TrainingStep(compressed.session(), quantizedOptimizer, 0);
      if (onlyQuantized) {
        memory(quantized, pictures, steps);
        return;
      }
      try (TrainingSession session = new LibtorchEngine().train(model, training);
          Optimizer optimizer = descent(TrainingStep.parameters(session))) {
        alternate(new TrainingStep(session, optimizer, 0), quantized, pictures, steps);
      }
    }
  }

  /** Batch-norm's statistics of an untrained network are not those of its values. */
  private static Model settled(Model model, TrainingOptions training) {
    try (TrainingSession session = new LibtorchEngine().train(model, training)) {
      session.setAdaptingNormalization(true);
      String input = session.inputs().get(0).name();
      for (int seed = 0; seed < SETTLING; seed++) {
        session.forward(Map.of(input, TimedStep.noise(seed, 16, 64))).close();
      }
      return session.snapshot();
    }
  }

  private static Optimizer descent(List<org.bytedeco.pytorch.Tensor> parameters) {
    return new StochasticGradientDescent(
        parameters, StochasticGradientDescent.Options.of(0.001).withMomentum(0.9, false));
  }

  private static void memory(TrainingStep step, Tensor pictures, int steps) {
    for (int index = 1; index <= steps; index++) {
      TimedStep.run(step, pictures);
      if (index % Math.max(1, steps / 10) == 0) {
        System.out.printf(
            Locale.ROOT,
            "step %d: resident %d MB, heap in use %d MB%n",
            index,
            CifarTraining.residentMegabytes(),
            (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
      }
    }
  }

  private static void alternate(
      TrainingStep plain, TrainingStep quantized, Tensor pictures, int steps) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double[][] millis = new double[2][steps];
    double[][] busy = new double[2][steps];
    double[][] all = new double[2][steps];
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    for (int step = -WARM_UP; step < steps; step++) {
      for (int turn = 0; turn < 2; turn++) {
        int which = Math.floorMod(step + turn, 2);
        long start = System.nanoTime();
        long startBusy = threads.getCurrentThreadCpuTime();
        long startAll = process.getProcessCpuTime();
        TimedStep.run(which == 0 ? plain : quantized, pictures);
        if (step >= 0) {
          all[which][step] = (process.getProcessCpuTime() - startAll) / 1e6;
          millis[which][step] = (System.nanoTime() - start) / 1e6;
          busy[which][step] = (threads.getCurrentThreadCpuTime() - startBusy) / 1e6;
        }
      }
    }
    print("time of a step", millis);
    print("of it, running on the calling thread", busy);
    print("processor time of all threads", all);
  }

  private static void print(String what, double[][] millis) {
    double[] ratios = new double[millis[0].length];
    Arrays.setAll(ratios, step -> millis[1][step] / millis[0][step]);
    System.out.printf(
        Locale.ROOT,
        "%s: float %.0f ms, quantized %.0f ms; ratio %.2f by medians, %.2f median of %d pairs%n",
        what,
        TimedStep.median(millis[0]),
        TimedStep.median(millis[1]),
        TimedStep.median(millis[1]) / TimedStep.median(millis[0]),
        TimedStep.median(ratios),
        ratios.length);
  }
}
