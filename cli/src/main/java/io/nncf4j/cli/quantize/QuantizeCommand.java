package io.nncf4j.cli.quantize;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.cli.run.Engines;
import io.nncf4j.cli.run.JobData;
import io.nncf4j.cli.run.JobFiles;
import io.nncf4j.cli.run.JobOptions;
import io.nncf4j.cli.run.QuantizationJob;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.core.InputException;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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
      "  nncf quantize detector.onnx --data photos.yaml -o out.onnx --ignored-types Softmax --json",
      "  nncf quantize m.onnx --data d.yaml -o again.onnx --plan mobilenet-int8.plan.json"
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

  @Option(
      names = "--show-plan",
      description = "Print the plan as a table: each quantizer, and why each other layer is float.")
  private boolean showPlan;

  @Mixin private final QuantizeOptions quantization = new QuantizeOptions();
  @Mixin private final RunOptions run = new RunOptions();
  @Mixin private final Console console = new Console();

  @Override
  public Integer call() {
    if (showPlan && console.isJson()) {
      throw new InputException(
          "--show-plan and --json exclude each other: the plan is saved beside the output, as JSON");
    }
    JobOptions options = run.job(quantization);
    DatasetDescription description = DatasetDescription.read(data);
    try (SampleSource source = description.open()) {
      JobData samples =
          new JobData(
              source.withUnlabelled().shuffled(quantization.seed()),
              quantization.seed(),
              run.evaluated(source),
              description.metric(),
              description.output(),
              data.toString());
      JobFiles files = new JobFiles(file, output, run.force());
      RunRecord done =
          new QuantizationJob(Engines.named("onnxruntime"), files, samples, options, console)
              .run("quantize");
      console.run(done, options.reports() ? RunFiles.pageOf(output) : null);
      if (showPlan) {
        console.text(PlanJson.read(files.plan()).toString());
      }
    }
    return 0;
  }
}
