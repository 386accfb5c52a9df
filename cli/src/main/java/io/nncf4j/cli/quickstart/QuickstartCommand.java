package io.nncf4j.cli.quickstart;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.cli.run.Engines;
import io.nncf4j.cli.run.GivenModel;
import io.nncf4j.cli.run.JobData;
import io.nncf4j.cli.run.JobFiles;
import io.nncf4j.cli.run.JobOptions;
import io.nncf4j.cli.run.QuantizationJob;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.format.OutputFiles;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.data.description.MetricKind;
import io.nncf4j.data.synthetic.ShapePictures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nncf quickstart}. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the main job without any file of yours: quantizes a small bundled model to 8 bits.",
      "The model tells ten shapes in pictures that the program draws. Afterwards accuracy, size and"
          + " latency of both models stand in a table and on an HTML page."
    },
    footer = {
      "",
      "Examples:",
      "  nncf quickstart                              # writes into quickstart-output",
      "  nncf quickstart --output demo --force",
      "  nncf quickstart --json"
    })
public final class QuickstartCommand implements Runnable {
  private static final String BUNDLED = "shapes.onnx";
  private static final long CALIBRATION_SEED = 3;
  private static final int CALIBRATION_PICTURES = 300;
  private static final long EVALUATION_SEED = 4;
  private static final int EVALUATION_PICTURES = 1000;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Folder for models and page (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of("quickstart-output");

  @Option(names = "--force", description = "Write over files of an earlier run.")
  private boolean force;

  @Option(
      names = "--no-latency-guard",
      description = "Keep the integers even where they are slower.")
  private boolean withoutGuard;

  @Mixin private final Console console = new Console();

  @Override
  public void run() {
    Path model = folder.resolve(BUNDLED);
    Path output = folder.resolve("shapes-int8.onnx");
    makeFolder();
    if (!isBundled(model)) {
      OutputFiles.write(model, force, QuickstartCommand::copyBundled);
    }
    try (ShapePictures calibration = new ShapePictures(CALIBRATION_SEED, CALIBRATION_PICTURES);
        ShapePictures evaluation = new ShapePictures(EVALUATION_SEED, EVALUATION_PICTURES)) {
      RunRecord run =
          new QuantizationJob(
                  Engines.named("onnxruntime"),
                  new JobFiles(GivenModel.of(model), output, force),
                  new JobData(
                      calibration,
                      CALIBRATION_SEED,
                      evaluation,
                      Optional.of(MetricKind.TOP1),
                      Optional.empty(),
                      "the generated pictures"),
                  JobOptions.defaults().withGuard(!withoutGuard),
                  console)
              .run("quickstart");
      console.run(run, RunFiles.pageOf(output));
    }
  }

  private void makeFolder() {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new InputException(folder + " is a file; give --output the name of a folder");
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new InputException("The folder " + folder + " cannot be made: " + e.getMessage(), e);
    }
  }

  /** An earlier run that was interrupted may have left the model: it is in nobody's way. */
  private static boolean isBundled(Path file) {
    try (InputStream bundled = QuickstartCommand.class.getResourceAsStream(BUNDLED)) {
      return bundled != null
          && Files.isRegularFile(file)
          && Arrays.equals(bundled.readAllBytes(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Path> copyBundled(Path file) throws IOException {
    try (InputStream bundled = QuickstartCommand.class.getResourceAsStream(BUNDLED)) {
      if (bundled == null) {
        throw new NncfException("The program is incomplete: it lacks its model " + BUNDLED);
      }
      Files.copy(bundled, file);
    }
    return List.of(file);
  }
}
