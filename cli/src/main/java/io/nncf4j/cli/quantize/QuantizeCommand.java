package io.nncf4j.cli.quantize;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.console.ConsoleProgress;
import io.nncf4j.cli.evaluate.Engines;
import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.evaluation.Evaluation;
import io.nncf4j.compression.evaluation.EvaluationOptions;
import io.nncf4j.compression.evaluation.Evaluator;
import io.nncf4j.compression.latency.LatencyGuard;
import io.nncf4j.compression.quantization.CalibratedModel;
import io.nncf4j.compression.quantization.PostTrainingQuantization;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.format.OutputFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.record.Environment;
import io.nncf4j.core.record.Measurement;
import io.nncf4j.core.record.PeakMemory;
import io.nncf4j.core.record.PlanRow;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.core.record.StageClock;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Latency;
import io.nncf4j.engines.LatencyComparison;
import io.nncf4j.engines.LatencyMeasurement;
import io.nncf4j.engines.LatencyOptions;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.report.TextReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nncf quantize MODEL --data D -o OUT}. */
@Command(
    name = "quantize",
    mixinStandardHelpOptions = true,
    description = "Quantizes a model to 8 bits after training, with sample inputs.",
    footer = {
      "",
      "Examples:",
      "  nncf quantize mobilenet.onnx --data imagenet.yaml -o mobilenet-int8.onnx",
      "  nncf quantize detector.onnx --data photos.yaml -o out.onnx --ignored-types Softmax --json"
    })
public final class QuantizeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "Model file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before the verb is called
  private Path file;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "YAML",
      description = "Description of the data set.")
  @SuppressWarnings("NullAway.Init")
  private Path data;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "Model file to write.")
  @SuppressWarnings("NullAway.Init")
  private Path output;

  @Option(names = "--force", description = "Write over existing files.")
  private boolean force;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "Quantize by this plan, as saved beside an output; nothing is measured.")
  private @Nullable Path planFile;

  @Option(
      names = "--no-latency-guard",
      description = "Keep the integers even where they are slower.")
  private boolean withoutGuard;

  @Option(names = "--no-evaluate", description = "Measure no metric.")
  private boolean withoutEvaluation;

  @Option(names = "--no-report", description = "Write no HTML page and no record of the run.")
  private boolean withoutReport;

  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      description = "Threads (default: all cores, up to two).")
  private int threads = SessionOptions.defaults().threads();

  @Mixin private final QuantizeOptions options = new QuantizeOptions();
  @Mixin private final Console console = new Console();

  private final StageClock clock = new StageClock();
  private final List<Finding> findings = new ArrayList<>();

  @Override
  public Integer call() {
    OutputFiles.check(output, force);
    Path planOutput = beside(".plan.json");
    OutputFiles.check(planOutput, force);
    if (!withoutReport) {
      RunFiles.check(output, force);
    }
    Engine engine = Engines.named("onnxruntime");
    DatasetDescription description = DatasetDescription.read(data);
    QuantizationPlan given = planFile == null ? null : PlanJson.read(text(planFile));
    Model model = clock.time("read", () -> ModelFiles.read(file));
    RunRecord.Builder record = RunRecord.builder("quantize", file.toString());
    try (SampleSource source = description.open()) {
      SampleSource shuffled = source.shuffled(options.seed());
      CalibratedModel calibrated = calibrate(engine, model, shuffled, given);
      Choice choice = choose(engine, calibrated, shuffled, given != null);
      Model result = withProvenance(choice.model(), calibrated);
      clock.run("write", () -> ModelFiles.write(result, output, force));
      OutputFiles.writeText(planOutput, force, PlanJson.write(choice.plan()));
      Measurement before = Measurement.ofSize(size(file));
      Measurement after = Measurement.ofSize(size(output));
      if (choice.before() != null && choice.after() != null) {
        before = withLatency(before, choice.before());
        after = withLatency(after, choice.after());
      }
      if (!withoutEvaluation && description.metric().isPresent()) {
        before = evaluate("evaluating float", engine, model, source, description, before);
        after = evaluate("evaluating result", engine, result, source, description, after);
      }
      findings.addAll(choice.plan().allFindings());
      record
          .output(output.toString())
          .before(before)
          .after(after)
          .samples(calibrated.samples())
          .findings(findings)
          .environment(Environment.current(threads))
          .provenance("engine", engine.name() + " " + engine.version())
          .plan(rows(choice.plan()))
          .seconds(clock.seconds())
          .peakMemoryBytes(PeakMemory.bytes());
    }
    RunRecord run = record.build();
    if (!withoutReport) {
      RunFiles.write(run, output, force);
    }
    console.result(run, TextReport.render(run));
    return 0;
  }

  private CalibratedModel calibrate(
      Engine engine, Model model, SampleSource source, @Nullable QuantizationPlan plan) {
    long expected = Math.min(source.size(), options.subsetSize());
    try (ConsoleProgress progress = console.progress("calibrating", expected, "samples")) {
      CalibrationOptions calibration =
          CalibrationOptions.defaults().withWorkers(threads).withProgress(progress::update);
      CalibratedModel calibrated =
          clock.time(
              "calibrate",
              () ->
                  new PostTrainingQuantization(new OnnxRuntimePlanner(), engine)
                      .calibrate(
                          model,
                          CalibrationSamples.of(source, model),
                          options.parameters(calibration),
                          plan));
      findings.addAll(calibrated.findings());
      return calibrated;
    }
  }

  /** The model to write, its plan, and how fast float and it are where that was measured. */
  private record Choice(
      Model model, QuantizationPlan plan, @Nullable Latency before, @Nullable Latency after) {}

  private Choice choose(
      Engine engine, CalibratedModel calibrated, SampleSource source, boolean replayed) {
    Model quantized = clock.time("quantize", () -> calibrated.build(calibrated.plan()));
    if (withoutGuard || replayed) {
      if (withoutEvaluation) {
        return new Choice(quantized, calibrated.plan(), null, null);
      }
      LatencyComparison timed =
          clock.time("time", () -> time(engine, calibrated.model(), quantized, source));
      return new Choice(quantized, calibrated.plan(), timed.baseline(), timed.candidate());
    }
    LatencyGuard guard =
        new LatencyGuard(engine, SessionOptions.defaults().withThreads(threads), guardOptions());
    LatencyGuard.Result result =
        clock.time(
            "time",
            () ->
                guard.choose(
                    calibrated.model(),
                    calibrated.plan(),
                    quantized,
                    oneInput(calibrated.model(), source),
                    new LatencyGuard.Builder() {
                      @Override
                      public QuantizationPlan planWithout(Set<String> floatNodes) {
                        return calibrated.planWithout(floatNodes);
                      }

                      @Override
                      public Model build(QuantizationPlan plan) {
                        return calibrated.build(plan);
                      }
                    }));
    findings.addAll(result.findings());
    Latency before = result.comparison().baseline();
    boolean isFloat = result.plan().placements().isEmpty();
    return new Choice(
        result.model(), result.plan(), before, isFloat ? before : result.comparison().candidate());
  }

  private static LatencyOptions guardOptions() {
    return LatencyOptions.defaults().withBudget(java.time.Duration.ofSeconds(3));
  }

  private LatencyComparison time(Engine engine, Model before, Model after, SampleSource source) {
    SessionOptions session = SessionOptions.defaults().withThreads(threads).withReuseOutputs(true);
    Map<String, Tensor> inputs = oneInput(before, source);
    try (Session first = engine.compile(before, session);
        Session second = engine.compile(after, session)) {
      return LatencyMeasurement.compare(
          new LatencyMeasurement.Candidate(first, inputs),
          new LatencyMeasurement.Candidate(second, inputs),
          guardOptions());
    }
  }

  /** A real sample: latency may depend on what is in it. */
  private static Map<String, Tensor> oneInput(Model model, SampleSource source) {
    CalibrationSamples.Pass pass = CalibrationSamples.of(source, model).begin();
    while (true) {
      try {
        CalibrationSamples.Inputs inputs =
            pass.next((type, shape) -> Tensor.allocateDirect(type, Tensor.elementCount(shape)));
        if (inputs == null) {
          throw new InputException("No sample of the data set can be used");
        }
        return inputs.tensors();
      } catch (io.nncf4j.data.BrokenSampleException e) {
        continue; // Calibration has named it already.
      }
    }
  }

  private Measurement evaluate(
      String what,
      Engine engine,
      Model model,
      SampleSource source,
      DatasetDescription description,
      Measurement measured) {
    try (ConsoleProgress progress = console.progress(what, source.size(), "samples")) {
      EvaluationOptions evaluation =
          EvaluationOptions.defaults()
              .withThreads(threads)
              .withLatency(Optional.empty())
              .withProgress(progress::update);
      Evaluation result =
          clock.time(
              "evaluate",
              () ->
                  new Evaluator(engine, evaluation).evaluate(model, source, description.metric()));
      return result.metrics().isEmpty()
          ? measured
          : measured.withMetric(result.metrics().get(0).name(), result.metrics().get(0).percent());
    }
  }

  private static Measurement withLatency(Measurement measured, Latency latency) {
    return measured.withLatency(latency.medianMillis(), latency.p90Millis());
  }

  private Model withProvenance(Model model, CalibratedModel calibrated) {
    return model
        .withMetadata("nncf4j.samples", Integer.toString(calibrated.samples()))
        .withMetadata("nncf4j.seed", Long.toString(options.seed()))
        .withMetadata("nncf4j.verb", "quantize");
  }

  private static List<PlanRow> rows(QuantizationPlan plan) {
    List<PlanRow> rows = new ArrayList<>();
    for (QuantizerPlacement placement : plan.placements()) {
      rows.add(
          new PlanRow(
              placement instanceof WeightPlacement ? "weight" : "activation",
              placement.value(),
              placement.quantizer().toString(),
              placement.unifiedGroup()));
    }
    plan.floatNodes()
        .forEach(node -> rows.add(new PlanRow("float", node.node(), node.reason(), 0)));
    return rows;
  }

  private Path beside(String ending) {
    String name = String.valueOf(output.getFileName());
    int dot = name.lastIndexOf('.');
    return output.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ending);
  }

  private static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new InputException("The plan " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static long size(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw new InputException(path + " cannot be read: " + e.getMessage(), e);
    }
  }
}
