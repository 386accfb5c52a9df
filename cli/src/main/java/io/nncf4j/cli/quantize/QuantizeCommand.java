package io.nncf4j.cli.quantize;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.cli.run.CompressionOptions;
import io.nncf4j.cli.run.Engines;
import io.nncf4j.cli.run.JobFiles;
import io.nncf4j.cli.run.JobOptions;
import io.nncf4j.cli.run.QuantizationJob;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.core.InputException;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
      "  nncf quantize graph.onnx --weights trained.pth --data cifar10.yaml -o int8.xml",
      "  nncf quantize m.onnx --data d.yaml -o again.onnx --plan mobilenet-int8.plan.json"
    })
public final class QuantizeCommand implements Callable<Integer> {
  @Option(
      names = "--show-plan",
      description = "Print the plan as a table: each quantizer, and why each other layer is float.")
  private boolean showPlan;

  @Mixin private final QuantizeOptions quantization = new QuantizeOptions();
  @Mixin private final PlanOptions planning = new PlanOptions();
  @Mixin private final CompressionOptions common = new CompressionOptions();
  @Mixin private final Console console = new Console();

  @Override
  public Integer call() {
    if (showPlan && console.isJson()) {
      throw new InputException(
          "--show-plan and --json exclude each other: the plan is saved beside the output, as JSON");
    }
    JobOptions options = planning.job(quantization, common);
    DatasetDescription description = common.description();
    try (SampleSource source = description.open()) {
      JobFiles files = common.files();
      RunRecord done =
          new QuantizationJob(
                  Engines.named("onnxruntime"),
                  files,
                  common.data(source, description),
                  options,
                  console)
              .run("quantize");
      console.run(done, options.reports() ? RunFiles.pageOf(files.output()) : null);
      if (showPlan) {
        console.text(PlanJson.read(files.plan()).toString());
      }
    }
    return 0;
  }
}
