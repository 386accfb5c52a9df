package io.nncf4j.cli.train;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.console.TextTable;
import io.nncf4j.cli.console.UnbrokenWork;
import io.nncf4j.cli.report.RunFiles;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.compression.training.pruning.FilterPruningAlgorithm;
import io.nncf4j.compression.training.pruning.FilterPruningController;
import io.nncf4j.compression.training.quantization.QuantizationController;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.format.OutputSet;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.record.Environment;
import io.nncf4j.core.record.RunRecord;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.libtorch.RandomState;
import io.nncf4j.learning.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nncf train --config C.json -o FOLDER}. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a classifier, with the compression that the configuration names.",
      "Writes last.safetensors and best.safetensors (checkpoints), log.jsonl, events for",
      "TensorBoard, model.onnx, and model.html with the curves."
    },
    footer = {
      "",
      "Examples:",
      "  nncf train --config examples/qat-cifar10.json",
      "  nncf train --config c.json -o run --resume run/last.safetensors",
      "  nncf train --config c.json -o run --mode test --resume run/best.safetensors"
    })
public final class TrainCommand implements Runnable {
  /** What is to be done. */
  enum Mode {
    train,
    test,
    export
  }

  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "JSON",
      description = "Configuration: model, dataset, optimizer, compression.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before the verb is called
  private Path configFile;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description =
          "Where checkpoints, log and model go; made when it is not there (default: run).")
  private Path folder = Path.of("run");

  @Option(
      names = {"-m", "--mode"},
      paramLabel = "MODE",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Mode mode = Mode.train;

  @Option(
      names = "--resume",
      paramLabel = "CHECKPOINT",
      description = "Go on from this checkpoint, as if the run had never stopped.")
  private @Nullable Path resume;

  @Option(
      names = "--weights",
      paramLabel = "CHECKPOINT",
      description = {
        "Start a new run with the weights of this checkpoint, as far as they fit. A resumed run",
        "knows its file; with --resume this says where it is now."
      })
  private @Nullable Path weights;

  @Option(names = "--force", description = "Write over what an earlier run left in FOLDER.")
  private boolean force;

  @Mixin private final Console console = new Console();

  @Override
  public void run() {
    checkOptions();
    TrainSettings settings = TrainSettings.read(configFile);
    console.findings(
        settings.config().warnings().stream()
            .map(warning -> Finding.warning("option-without-effect", warning))
            .toList());
    Optional<Checkpoint> checkpoint = Optional.ofNullable(resume).map(Checkpoint::read);
    checkFolder(settings.model());
    RandomState.seed(settings.seed());
    Optional<StartingWeights> start = StartingWeights.of(weights, checkpoint);
    Model read = ModelFiles.read(settings.model());
    Model model = start.map(from -> from.into(read, settings.training(), console)).orElse(read);
    // A checkpoint that is measured or exported needs no data to train with.
    Path data = mode == Mode.train ? settings.trainData() : settings.testData();
    try (SampleSource train = DatasetDescription.read(data).open();
        SampleSource test = DatasetDescription.read(settings.testData()).open();
        TrainJournal journal = new TrainJournal(new RunFolder(folder));
        UnbrokenWork work = new UnbrokenWork(() -> sayHowToGoOn(journal, settings.config()));
        TrainedClassifier classifier =
            work.run(
                () ->
                    TrainedClassifier.build(
                        settings,
                        model,
                        start.map(StartingWeights::file).orElse(null),
                        train,
                        checkpoint,
                        mode == Mode.train,
                        work::rest))) {
      CompressionController controller = classifier.controller();
      if (controller != null) {
        console.findings(controller.findings());
      }
      if (checkpoint.isEmpty()) {
        start.ifPresent(from -> from.into(classifier, console));
      }
      ClassifierEpochs epochs = new ClassifierEpochs(settings, classifier, train, test, work);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("config", configFile.toString());
      if (mode == Mode.test) {
        result.put("top1", epochs.accuracy(classifier.session(), done -> {}));
      } else {
        RunFolder run = new RunFolder(folder);
        if (mode == Mode.train) {
          console.findings(MovementSteps.check(settings.config(), epochs.stepsPerEpoch()));
          result.putAll(
              new TrainRun(settings, classifier, epochs, journal, run, resume, console)
                  .train(checkpoint));
        }
        result.put("model", export(settings, classifier, journal, result).toString());
      }
      console.findings(epochs.brokenSamples());
      TextTable table = new TextTable();
      result.forEach((name, value) -> table.row(name, text(value)));
      if (controller != null) {
        controller
            .part(QuantizationController.class)
            .ifPresent(part -> result.put("quantizers", part.quantizers().size()));
      }
      CompressionTables tables = CompressionTables.of(controller);
      if (!tables.tables().isEmpty()) {
        result.put("statistics", tables.records());
      }
      console.result(result, table.print());
      if (!tables.tables().isEmpty()) {
        console.text(tables.text());
      }
    }
  }

  /** Writes the model and its page, which shows how training went. */
  private Path export(
      TrainSettings settings,
      TrainedClassifier classifier,
      TrainJournal journal,
      Map<String, Object> figures) {
    Path exported = new RunFolder(folder).model();
    RunRecord.Builder run =
        RunRecord.builder("train", settings.model().getFileName().toString())
            .output(exported.getFileName().toString())
            .environment(Environment.current(settings.training().threads()))
            .curves(journal.curves());
    figures.forEach((name, value) -> run.provenance(name, text(value)));
    CompressionController controller = classifier.controller();
    if (controller != null) {
      controller
          .part(FilterPruningController.class)
          .ifPresent(part -> run.filters(CompressionTables.filters(part.filters())));
      run.findings(controller.findings()).tables(CompressionTables.of(controller).records());
      if (controller.compressionStage() != CompressionStage.FULLY_COMPRESSED) {
        console.findings(
            List.of(
                Finding.warning(
                    "not-fully-compressed",
                    "The model is exported at the stage "
                        + controller.compressionStage().name().toLowerCase(Locale.ROOT)
                        + ": its schedule goes on for more epochs than were trained")));
      }
    }
    new RunFolder(folder).make();
    try (OutputSet files = OutputSet.open(exported, force || mode == Mode.train)) {
      Model made = classifier.exported();
      files.add(exported, file -> ModelFiles.write(made, file, true));
      RunFiles.add(run.build(), exported, files);
      files.commit();
    }
    return exported;
  }

  private static String text(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.4f", number)
        : value.toString();
  }

  private void checkOptions() {
    if (mode != Mode.train && resume == null) {
      throw new InputException("Mode " + mode + " works on a checkpoint; name one with --resume");
    }
  }

  private void checkFolder(Path source) {
    switch (mode) {
      case train -> {
        RunFolder run = new RunFolder(folder);
        run.check(source, resume, force);
        if (weights != null && resume == null) {
          run.keep(weights, "where the run has its weights from");
        }
      }
      case export -> new RunFolder(folder).checkExport(source);
      case test -> {} // Writes nothing.
    }
  }

  private static Optional<Path> savedRanking(NNCFConfig config) {
    return config
        .algorithm(FilterPruningAlgorithm.NAME)
        .flatMap(section -> section.sectionOrEmpty("params").path("save_ranking_coeffs_path"))
        .filter(Files::exists);
  }

  /** After Ctrl-C. */
  private void sayHowToGoOn(TrainJournal journal, NNCFConfig config) {
    if (mode != Mode.train) {
      return;
    }
    Path last = new RunFolder(folder).last();
    Path from = journal.hasBegun() && Files.exists(last) ? last : resume;
    console.note(
        System.lineSeparator()
            + "nncf: stopped; "
            + (from == null
                ? savedRanking(config)
                    .map(
                        file ->
                            "the best ranking of filters so far is in "
                                + file
                                + "; use it with load_ranking_coeffs_path")
                    .orElse("nothing has been written yet")
                : "to go on: nncf train --config "
                    + configFile
                    + " -o "
                    + folder
                    + " --resume "
                    + from));
  }
}
