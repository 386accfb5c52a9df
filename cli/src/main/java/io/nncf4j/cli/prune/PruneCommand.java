package io.nncf4j.cli.prune;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.cli.run.CompressionOptions;
import io.nncf4j.cli.run.Engines;
import io.nncf4j.cli.run.JobFiles;
import io.nncf4j.cli.run.PruningJob;
import io.nncf4j.compression.pruning.PruningSettings;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nncf prune MODEL --data D --flops-target F -o OUT}. */
@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    description =
        "Removes filters, and branches of residual blocks, of a model, without training, with sample"
            + " inputs.",
    footer = {
      "",
      "Examples:",
      "  nncf prune resnet20.onnx --data cifar10.yaml --flops-target 0.3 -o smaller.onnx",
      "  nncf prune resnet56.onnx --data cifar10.yaml --flops-target 0.5 --remove-blocks -o half.onnx",
      "  nncf prune mobilenet.onnx --data imagenet.yaml --latency-target 0.6 -o faster.onnx",
      "  nncf prune resnet20.onnx --data cifar10.yaml --flops-target 0.3 --int8 -o small8.onnx",
      "  nncf prune m.onnx --data d.yaml --target 0.5 --importance geometric_median -o half.onnx"
    })
public final class PruneCommand implements Callable<Integer> {
  @Mixin private final PruneOptions pruning = new PruneOptions();
  @Mixin private final CompressionOptions common = new CompressionOptions();
  @Mixin private final Console console = new Console();

  @Override
  public Integer call() {
    common.check();
    PruningSettings settings = pruning.settings(common.threads());
    DatasetDescription description = common.description();
    try (SampleSource source = description.open()) {
      JobFiles files = common.files();
      RunRecord done =
          new PruningJob(
                  Engines.named("onnxruntime"),
                  files,
                  common.data(source, description),
                  settings,
                  common.subsetSize(),
                  pruning.quantizing(),
                  common.evaluates(),
                  common.reports(),
                  console)
              .run();
      console.run(done, common.reports() ? RunFiles.pageOf(files.output()) : null);
    }
    return 0;
  }
}
