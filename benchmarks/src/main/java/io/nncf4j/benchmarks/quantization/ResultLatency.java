package io.nncf4j.benchmarks.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.latency.LatencyGuard;
import io.nncf4j.compression.quantization.CalibratedModel;
import io.nncf4j.compression.quantization.PostTrainingQuantization;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.LatencyComparison;
import io.nncf4j.engines.LatencyMeasurement;
import io.nncf4j.engines.LatencyMeasurement.Candidate;
import io.nncf4j.engines.LatencyOptions;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.SyntheticInputs;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How much faster quantized models run than float ones, in interleaved rounds, batch 1, two
 * threads: all that can be quantized, and what the latency guard makes of it. Models without a data
 * set are calibrated with made-up inputs, which speed does not depend on.
 *
 * <pre>  ResultLatency SAMPLES ROUNDS MODEL[=DATA.yaml]...  </pre>
 */
public final class ResultLatency {
  private static final SessionOptions SESSION = SessionOptions.defaults().withReuseOutputs(true);
  private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
  private final int count;
  private final LatencyOptions options;

  private ResultLatency(int count, int rounds) {
    this.count = count;
    options = LatencyOptions.defaults().withRounds(rounds).withBudget(Duration.ofSeconds(60));
  }

  public static void main(String[] arguments) {
    ResultLatency benchmark =
        new ResultLatency(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    for (int index = 2; index < arguments.length; index++) {
      String[] parts = arguments[index].split("=", 2);
      benchmark.measure(Path.of(parts[0]), parts.length > 1 ? Path.of(parts[1]) : null);
    }
  }

  private void measure(Path file, @org.jspecify.annotations.Nullable Path data) {
    Model model = ModelFiles.read(file);
    DecodedSamples samples = data == null ? madeUp(model) : decoded(model, data);
    Map<String, Tensor> inputs = samples.inputs().get(0).tensors();
    CalibratedModel calibrated =
        new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
            .calibrate(model, samples, QuantizationParameters.defaults(), null);
    Model whole = calibrated.build(calibrated.plan());
    long start = System.nanoTime();
    LatencyGuard.Result guarded =
        new LatencyGuard(engine, SESSION)
            .choose(calibrated.floatModel(), calibrated.plan(), whole, inputs, calibrated);
    double seconds = (System.nanoTime() - start) / 1e9;
    List<LatencyComparison> compared = compare(model, List.of(whole, guarded.model()), inputs);
    print("%s", file.getFileName());
    print("  whole   %s  %s", text(compared.get(0)), OptimizedOperators.count(engine, whole));
    print(
        "  guarded %s  %s, %.1f s to decide",
        text(compared.get(1)),
        guarded.plan().placements().isEmpty()
            ? "the float model"
            : guarded.keptInFloat().size() + " nodes back to float",
        seconds);
  }

  private DecodedSamples decoded(Model model, Path data) {
    try (SampleSource source = DatasetDescription.read(data).open()) {
      return DecodedSamples.of(source, model, count);
    }
  }

  private DecodedSamples madeUp(Model model) {
    return new DecodedSamples(
        IntStream.range(0, Math.min(8, count))
            .mapToObj(
                number ->
                    new CalibrationSamples.Inputs(
                        number,
                        "made-up " + number,
                        SyntheticInputs.ofSeed(number)
                            .withImageLength(96)
                            .generate(model.graph().inputs())))
            .toList());
  }

  private List<LatencyComparison> compare(
      Model baseline, List<Model> models, Map<String, Tensor> inputs) {
    List<Session> sessions = models.stream().map(model -> engine.compile(model, SESSION)).toList();
    try (Session first = engine.compile(baseline, SESSION)) {
      return LatencyMeasurement.compareAll(
          new Candidate(first, inputs),
          sessions.stream().map(session -> new Candidate(session, inputs)).toList(),
          options);
    } finally {
      sessions.forEach(Session::close);
    }
  }

  private static String text(LatencyComparison comparison) {
    return String.format(
        Locale.ROOT,
        "%.2fx (%.2f to %.2f), %.2f ms against %.2f ms of float",
        comparison.speedup(),
        comparison.speedupLow(),
        comparison.speedupHigh(),
        comparison.candidate().medianMillis(),
        comparison.baseline().medianMillis());
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
