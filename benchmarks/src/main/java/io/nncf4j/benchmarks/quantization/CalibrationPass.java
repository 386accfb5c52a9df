package io.nncf4j.benchmarks.quantization;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a calibration pass takes beside a bare pass of the float model over the same decoded inputs,
 * in turn, each with as many sessions of one thread as there are workers, compiling included.
 *
 * <pre>  CalibrationPass MODEL DATA.yaml [SAMPLES [ROUNDS [WORKERS]]]  </pre>
 */
public final class CalibrationPass {
  private static final Engine ENGINE = new OnnxRuntimeEngine();

  private CalibrationPass() {}

  public static void main(String[] arguments) {
    Model read = ModelFiles.read(Path.of(arguments[0]));
    int count = number(arguments, 2, 300);
    int rounds = number(arguments, 3, 5);
    int workers = number(arguments, 4, 2);
    Model model = ShapeInference.infer(Normalization.standard().apply(read).model());
    QuantizationPlan plan = new OnnxRuntimePlanner().plan(model, QuantizationOptions.defaults());
    List<String> values = plan.activations().stream().map(ActivationPlacement::value).toList();
    DecodedSamples samples;
    try (SampleSource source = DatasetDescription.read(Path.of(arguments[1])).open()) {
      long start = System.nanoTime();
      samples = DecodedSamples.of(source, model, count);
      print("decoding, one thread", millis(start) / samples.size(), "ms a sample");
    }
    CalibrationOptions options = CalibrationOptions.defaults().withWorkers(workers);
    double[] bare = new double[rounds];
    double[] observed = new double[rounds];
    double[] ratio = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      if (round % 2 == 0) {
        bare[round] = 1000 * BarePass.seconds(ENGINE, model, samples, workers);
      }
      long start = System.nanoTime();
      new Calibrator(ENGINE, options).run(model, values, List.of(), samples);
      observed[round] = millis(start);
      if (round % 2 == 1) {
        bare[round] = 1000 * BarePass.seconds(ENGINE, model, samples, workers);
      }
      ratio[round] = observed[round] / bare[round];
    }
    print("bare pass", median(bare) / count, "ms a sample");
    print("calibration of " + values.size() + " values", median(observed) / count, "ms a sample");
    print("ratio", median(ratio), Arrays.toString(ratio));
  }

  private static int number(String[] arguments, int index, int absent) {
    return arguments.length > index ? Integer.parseInt(arguments[index]) : absent;
  }

  private static double millis(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void print(String what, double value, String unit) {
    System.out.println(String.format(Locale.ROOT, "%s: %.2f %s", what, value, unit));
  }
}
