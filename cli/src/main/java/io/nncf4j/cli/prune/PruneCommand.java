package io.nncf4j.cli.prune;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.cli.run.Engines;
import io.nncf4j.cli.run.JobData;
import io.nncf4j.cli.run.JobFiles;
import io.nncf4j.cli.run.PruningJob;
import io.nncf4j.compression.pruning.PruningSettings;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nncf prune MODEL --data D --flops-target F -o OUT}. */
@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    description = "Removes filters of a model, without training, with sample inputs.",
    footer = {
      "",
      "Examples:",
      "  nncf prune resnet20.onnx --data cifar10.yaml --flops-target 0.3 -o smaller.onnx",
      "  nncf prune mobilenet.onnx --data imagenet.yaml --latency-target 0.6 -o faster.onnx",
      "  nncf prune resnet20.onnx --data cifar10.yaml --flops-target 0.3 --int8 -o small8.onnx",
      "  nncf prune m.onnx --data d.yaml --target 0.5 --importance geometric_median -o half.onnx"
    })
public final class PruneCommand implements Callable<Integer> {
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

  @Mixin private final PruneOptions pruning = new PruneOptions();
  @Mixin private final Console console = new Console();

  @Override
  public Integer call() {
    PruningSettings settings = pruning.settings();
    DatasetDescription description = DatasetDescription.read(data);
    try (SampleSource source = description.open()) {
      JobData samples =
          new JobData(
              source.withUnlabelled().shuffled(pruning.seed()),
              pruning.seed(),
              pruning.evaluated(source),
              description.metric(),
              description.output(),
              data.toString());
      RunRecord done =
          new PruningJob(
                  Engines.named("onnxruntime"),
                  new JobFiles(file, output, pruning.force()),
                  samples,
                  settings,
                  pruning.subsetSize(),
                  pruning.quantizing(),
                  pruning.evaluates(),
                  pruning.reports(),
                  console)
              .run();
      console.run(done, pruning.reports() ? RunFiles.pageOf(output) : null);
    }
    return 0;
  }
}
