package io.nncf4j.cli.quickstart;

import io.nncf4j.cli.evaluate.Engines;
import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.cli.run.QuantizationJob;
import io.nncf4j.compression.evaluation.EvaluationOptions;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.format.OutputFiles;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.data.description.MetricKind;
import io.nncf4j.data.synthetic.ShapePictures;
import io.nncf4j.report.RunJson;
import io.nncf4j.report.TextReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the verb is called
  private CommandSpec verb;

  @Override
  public void run() {
    Path model = folder.resolve(BUNDLED);
    Path output = folder.resolve("shapes-int8.onnx");
    makeFolder();
    OutputFiles.check(model, force);
    OutputFiles.check(output, force);
    RunFiles.check(output, force);
    OutputFiles.write(model, force, QuickstartCommand::copyBundled);
    try (ShapePictures calibration = new ShapePictures(CALIBRATION_SEED, CALIBRATION_PICTURES);
        ShapePictures evaluation = new ShapePictures(EVALUATION_SEED, EVALUATION_PICTURES)) {
      RunRecord run =
          new QuantizationJob(
                  Engines.named("onnxruntime"),
                  QuantizationParameters.defaults(),
                  EvaluationOptions.defaults())
              .run(
                  new QuantizationJob.Request(
                      "quickstart",
                      model,
                      output,
                      force,
                      calibration,
                      evaluation,
                      Optional.of(MetricKind.TOP1)));
      List<Path> files = RunFiles.write(run, output, force);
      show(run, files.get(0));
    }
  }

  private void show(RunRecord run, Path page) {
    PrintWriter out = verb.commandLine().getOut();
    if (json) {
      out.println(RunJson.write(run));
    } else {
      out.print(TextReport.render(run));
      out.println();
      out.println("page: " + page);
    }
    out.flush();
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
