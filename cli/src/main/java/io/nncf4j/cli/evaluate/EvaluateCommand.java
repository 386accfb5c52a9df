package io.nncf4j.cli.evaluate;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.console.ConsoleProgress;
import io.nncf4j.cli.console.Numbers;
import io.nncf4j.cli.console.Quantities;
import io.nncf4j.cli.console.TextTable;
import io.nncf4j.cli.run.ClassLabels;
import io.nncf4j.cli.run.Engines;
import io.nncf4j.cli.run.EvaluatedSamples;
import io.nncf4j.cli.run.ModelOptions;
import io.nncf4j.cli.run.ReadModel;
import io.nncf4j.compression.evaluation.Evaluation;
import io.nncf4j.compression.evaluation.EvaluationOptions;
import io.nncf4j.compression.evaluation.Evaluator;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Latency;
import io.nncf4j.engines.LatencyOptions;
import io.nncf4j.engines.SessionOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nncf evaluate MODEL --data D}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Measures a model on a data set: metric, latency of single runs, throughput.",
    footer = {
      "",
      "Examples:",
      "  nncf evaluate mobilenet.onnx --data imagenet.yaml",
      "  nncf evaluate resnet20.onnx --data cifar10.yaml --batch 32 --samples 1000 --json",
      "  nncf evaluate graph.onnx --weights trained.pth --data cifar10.yaml"
    })
public final class EvaluateCommand implements Callable<Integer> {
  @Mixin private final ModelOptions given = new ModelOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "YAML",
      description = "Description of the data set.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before the verb is called
  private Path data;

  @Mixin private final EvaluatedSamples samples = new EvaluatedSamples();

  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      description = "Threads that work on one run together (default: all cores, up to two).")
  private int threads = EvaluationOptions.defaults().threads();

  @Option(
      names = "--decoders",
      paramLabel = "COUNT",
      description = "Threads that decode beside (default: ${DEFAULT-VALUE}).")
  private int decoders = 1;

  @Option(
      names = "--batch",
      paramLabel = "COUNT",
      description = "Samples of one run (default: what the model is made for, or 1).")
  private @Nullable Integer batch;

  @Option(
      names = "--latency-seconds",
      paramLabel = "SECONDS",
      description =
          "Measure latency for about this long at most; 0 leaves it out (default:"
              + " ${DEFAULT-VALUE}).")
  private int latencySeconds = 20;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "Output to compare with the labels (default: the first).")
  private String output = "";

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "Runtime: onnxruntime, openvino, libtorch (default: ${DEFAULT-VALUE}).")
  private String engineName = "onnxruntime";

  @Mixin private final Console console = new Console();

  @Override
  public Integer call() {
    samples.check();
    if (batch != null) {
      Numbers.positive("--batch", batch);
    }
    Numbers.between("--threads", threads, 1, SessionOptions.MAXIMUM_THREADS);
    Numbers.positive("--decoders", decoders);
    Numbers.between("--latency-seconds", latencySeconds, 0, Integer.MAX_VALUE);
    DatasetDescription description = DatasetDescription.read(data);
    LatencyOptions latency =
        LatencyOptions.defaults().withBudget(Duration.ofSeconds(latencySeconds));
    EvaluationOptions options =
        EvaluationOptions.defaults()
            .withThreads(threads)
            .withDecoders(decoders)
            .withBatch(batch == null ? 0 : batch)
            .withLatency(latencySeconds == 0 ? Optional.empty() : Optional.of(latency))
            .withOutput(output)
            .withBoxes(description.output());
    Engine engine = Engines.named(engineName);
    // An engine whose library is missing says so before anything is read.
    String runtime = engine.name() + " " + engine.version();
    Path file = given.file();
    List<Finding> findings = new ArrayList<>();
    Model model = given.model().readRunnable(findings);
    console.findings(findings);
    try (SampleSource all = description.open()) {
      SampleSource chosen = samples.of(all);
      ClassLabels.check(model, output, chosen, description.metric(), data.toString());
      try (ConsoleProgress progress = console.progress("evaluating", chosen.size(), "samples")) {
        Evaluator evaluator = new Evaluator(engine, options.withProgress(progress::update));
        Evaluation evaluation =
            ReadModel.run(
                engine, file, model, () -> evaluator.evaluate(model, chosen, description.metric()));
        progress.close();
        console.findings(evaluation.findings());
        EvaluationRecord result =
            EvaluationRecord.of(file.toString(), data.toString(), runtime, threads, evaluation);
        console.result(result, print(result));
      }
    }
    return 0;
  }

  private static String print(EvaluationRecord result) {
    TextTable table =
        new TextTable()
            .row("model", result.model())
            .row("data", result.data() + ", " + samplesOf(result))
            .row("engine", result.engine() + ", threads " + result.threads());
    result
        .metrics()
        .forEach(
            (name, value) ->
                table.row(
                    name,
                    String.format(
                        Locale.ROOT,
                        name.equals("perplexity") || value < 0 ? "%.3f" : "%.2f %%",
                        value)));
    Latency latency = result.latency();
    if (latency != null) {
      table.row(
          "latency",
          "median "
              + Quantities.millis(latency.medianNanos())
              + ", p90 "
              + Quantities.millis(latency.p90Nanos())
              + " (batch "
              + result.batch()
              + ", "
              + latency.runs()
              + " runs)");
    }
    table.row(
        "throughput",
        String.format(Locale.ROOT, "%.1f samples/s with decoding", result.throughput()));
    return table.print();
  }

  private static String samplesOf(EvaluationRecord result) {
    return result.samples()
        + " samples"
        + (result.skipped() == 0 ? "" : ", " + result.skipped() + " broken ones skipped");
  }
}
