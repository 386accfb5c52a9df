package io.nncf4j.cli.train;

import io.nncf4j.cli.console.Console;
import io.nncf4j.cli.console.ConsoleProgress;
import io.nncf4j.compression.config.AccuracyAwareConfig;
import io.nncf4j.compression.training.AccuracyAwareTraining;
import io.nncf4j.compression.training.AdaptiveCompressionTraining;
import io.nncf4j.compression.training.CompressionController;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.learning.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The epochs of a run: training, testing, checkpoints, the journal. */
final class TrainRun {
  private static final String PLATEAU = "plateau_state";

  private final TrainSettings settings;
  private final TrainedClassifier classifier;
  private final ClassifierEpochs epochs;
  private final TrainJournal journal;
  private final RunFolder folder;
  private final @Nullable Path resume;
  private final Console console;
  private BestEpoch best = BestEpoch.NONE;

  /**
   * @param resume file of the checkpoint to go on from; null for a new run
   */
  TrainRun(
      TrainSettings settings,
      TrainedClassifier classifier,
      ClassifierEpochs epochs,
      TrainJournal journal,
      RunFolder folder,
      @Nullable Path resume,
      Console console) {
    this.resume = resume;
    this.settings = settings;
    this.classifier = classifier;
    this.epochs = epochs;
    this.journal = journal;
    this.folder = folder;
    this.console = console;
  }

  /**
   * Trains to the end.
   *
   * @param resumed where to go on from; empty for a new run
   * @return figures by name, in the order to show them in
   */
  Map<String, Object> train(Optional<Checkpoint> resumed) {
    epochs.requireTrainingData();
    long from = resumed.map(Checkpoint::epoch).orElse(0L);
    resumed
        .map(checkpoint -> checkpoint.notes().get(PLATEAU))
        .ifPresent(state -> epochs.plateau().ifPresent(plateau -> plateau.loadState(state)));
    Map<String, Object> result = new LinkedHashMap<>();
    AccuracyAwareConfig aware = remaining(from);
    if (aware != null) {
      accuracyAware(aware, resumed, result);
      return result;
    }
    if (from > settings.epochs()) {
      throw new InputException(
          "The checkpoint has "
              + from
              + " epochs behind it, and the configuration has only "
              + settings.epochs()
              + ": it is damaged, or of another run");
    }
    if (from > 0 && from == settings.epochs()) {
      console.findings(
          List.of(
              Finding.warning(
                  "nothing-to-train",
                  "The checkpoint has had all "
                      + from
                      + " epochs; give a larger number of epochs to go on")));
    }
    double before = accuracy();
    begin(resumed);
    start(from, before);
    result.put("top1 before", before);
    for (long epoch = from; epoch < settings.epochs(); epoch++) {
      CompressionController controller = classifier.controller();
      if (controller != null) {
        controller.scheduler().epochStep();
      }
      double loss = epoch(epoch, settings.epochs());
      double top1 = accuracy();
      finish(epoch + 1, loss, top1);
      result.put("loss", loss);
      result.put("top1", top1);
      result.put("best top1", best.metric());
    }
    return result;
  }

  /** Accuracy-aware training over the epochs that are left; null when there is to be none. */
  private @Nullable AccuracyAwareConfig remaining(long from) {
    AccuracyAwareConfig aware = settings.config().accuracyAwareTraining().orElse(null);
    if (aware == null || from == 0) {
      return aware;
    }
    if (from >= aware.maximalTotalEpochs()) {
      throw new InputException(
          "The checkpoint has had "
              + from
              + " epochs, and maximal_total_epochs is "
              + aware.maximalTotalEpochs()
              + ": raise it to go on");
    }
    if (aware.search().isPresent()) {
      console.findings(
          List.of(
              Finding.warning(
                  "search-begins-anew",
                  "rates tried before the checkpoint are not known: the search begins anew at the"
                      + " rate of the checkpoint, with the epochs that are left")));
    }
    return aware.withMaximalTotalEpochs((int) (aware.maximalTotalEpochs() - from));
  }

  /** From here on something is written. */
  private void begin(Optional<Checkpoint> resumed) {
    folder.begin(resume);
    journal.begin();
    if (Files.exists(folder.best())) {
      best = resumed.map(BestEpoch::of).orElse(BestEpoch.NONE);
    }
  }

  private double start(long from, double before) {
    journal.add(Map.of("epoch", from, "event", "start", "top1", before));
    if (from == 0) {
      // So that a run that goes astray in its first epoch has something to go back to.
      checkpoint(0).write(folder.last());
    }
    return before;
  }

  private void accuracyAware(
      AccuracyAwareConfig aware, Optional<Checkpoint> resumed, Map<String, Object> result) {
    long from = resumed.map(Checkpoint::epoch).orElse(0L);
    CompressionController controller = classifier.controller();
    if (controller == null) {
      throw new InputException(
          "accuracy_aware_training watches what compression costs, and the configuration"
              + " compresses nothing: add \"compression\" or leave it out");
    }
    // Made before anything is written: it may refuse what is configured.
    AdaptiveCompressionTraining search =
        aware.search().isPresent()
            ? new AdaptiveCompressionTraining(aware, controller, this::tell)
            : null;
    double uncompressed = accuracyOfOriginal();
    begin(resumed);
    result.put("top1 uncompressed", uncompressed);
    BestEpoch earlier = best;
    Watched watched = new Watched(from, aware.maximalTotalEpochs());
    boolean isReached =
        search != null
            ? search(search, uncompressed, watched, result)
            : exitEarly(aware, controller, uncompressed, watched, result);
    int stage = controller.compressionStage().ordinal();
    if (earlier == BestEpoch.NONE || earlier.isBeatenBy(stage, watched.top1)) {
      // The model has its best tensors now.
      checkpoint(from + watched.last).write(folder.best());
    } else {
      isReached = goBack(earlier, aware, uncompressed, result);
    }
    result.put("accurate enough", isReached);
    if (!isReached) {
      console.findings(
          List.of(
              Finding.warning(
                  "accuracy-not-reached",
                  "The drop of accuracy is still larger than asked; the model is the best that was"
                      + " found")));
    }
  }

  private boolean exitEarly(
      AccuracyAwareConfig aware,
      CompressionController controller,
      double uncompressed,
      Watched watched,
      Map<String, Object> result) {
    AccuracyAwareTraining.Result found =
        new AccuracyAwareTraining(aware, controller, this::tell)
            .run(uncompressed, watched::train, watched::measure);
    watched.top1 = found.compressed();
    result.put("top1", found.compressed());
    result.put("best epoch", watched.from + found.bestEpoch());
    result.put("drop", found.absoluteDegradation());
    result.put("relative drop, percent", found.relativeDegradation());
    return found.isReached();
  }

  /** The best epoch of before the checkpoint was not beaten: its model is what is exported. */
  private boolean goBack(
      BestEpoch earlier,
      AccuracyAwareConfig aware,
      double uncompressed,
      Map<String, Object> result) {
    classifier.goBackTo(Checkpoint.read(folder.best()));
    double drop = uncompressed - earlier.metric();
    result.put("top1", earlier.metric());
    result.remove("best epoch");
    result.put("kept from before", folder.best().toString());
    result.put("drop", drop);
    result.computeIfPresent("relative drop, percent", (name, old) -> 100 * drop / uncompressed);
    return aware.accepts(uncompressed, earlier.metric());
  }

  private boolean search(
      AdaptiveCompressionTraining search,
      double uncompressed,
      Watched watched,
      Map<String, Object> result) {
    AdaptiveCompressionTraining.Result found =
        search.run(uncompressed, watched::train, watched::measure, epochs::setRateFactor);
    watched.top1 = found.compressed();
    for (AdaptiveCompressionTraining.Trial trial : found.trials()) {
      long done = watched.from + trial.epoch();
      journal.trial(done, trial.rate(), trial.metric());
      journal.scalar("compression/accuracy_aware/target_compression_rate", done, trial.rate());
      journal.scalar("val/accuracy_aware/accuracy_budget", done, trial.budget());
    }
    result.put("top1", found.compressed());
    result.put("compression rate", found.rate());
    result.put("drop", uncompressed - found.compressed());
    return found.isReached();
  }

  /** The epochs of a run that is watched. */
  private final class Watched {
    private final long from;
    private final long of;
    private long last;
    private long measured = -1;
    private double loss;
    private double top1;

    Watched(long from, long epochs) {
      this.from = from;
      this.of = from + epochs;
    }

    void train(int number) {
      loss = epoch(from + number - 1, of);
      last = number;
    }

    double measure() {
      if (measured < 0) {
        measured = 0;
        return start(from, accuracy());
      }
      double metric = accuracy();
      if (measured < last) {
        measured = last;
        finish(from + last, loss, metric);
        journal.scalar("val/accuracy_aware/metric_value", from + last, metric);
      }
      return metric;
    }
  }

  private void tell(String line) {
    journal.add(Map.of("event", "accuracy-aware", "text", line));
    console.note(line);
  }

  private double epoch(long epoch, long of) {
    try (ConsoleProgress progress =
        console.progress("epoch " + (epoch + 1) + " of " + of, epochs.stepsPerEpoch(), "steps")) {
      return epochs.train(
          epoch,
          (done, loss) -> {
            progress.note(String.format(Locale.ROOT, "loss %.4f", loss));
            progress.update(done);
          },
          journal);
    }
  }

  private void finish(long done, double loss, double top1) {
    CompressionController controller = classifier.controller();
    int stage = controller == null ? 0 : controller.compressionStage().ordinal();
    boolean isBest = best.isBeatenBy(stage, top1);
    if (isBest) {
      best = new BestEpoch(stage, top1);
    }
    epochs.plateau().ifPresent(plateau -> plateau.observe(top1));
    Checkpoint checkpoint = checkpoint(done);
    if (isBest) {
      checkpoint.write(folder.best());
    }
    checkpoint.write(folder.last());
    journal.scalar("val/top1", done, top1);
    journal.scalar("val/compression_stage", done, stage);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("epoch", done);
    line.put("loss", loss);
    line.put("top1", top1);
    if (controller != null) {
      line.put("compression_stage", controller.compressionStage().name());
    }
    line.put("learning_rate", classifier.optimizer().learningRate());
    line.put("samples_per_second", epochs.samplesPerSecond());
    journal.add(line);
  }

  private Checkpoint checkpoint(long done) {
    Map<String, String> notes = new LinkedHashMap<>(best.notes());
    epochs.plateau().ifPresent(plateau -> notes.put(PLATEAU, plateau.state()));
    return classifier.checkpoint(done, done * epochs.stepsPerEpoch(), notes);
  }

  private double accuracy() {
    try (ConsoleProgress progress = console.progress("testing", epochs.testSize(), "samples")) {
      return epochs.accuracy(classifier.session(), progress::update);
    }
  }

  private double accuracyOfOriginal() {
    try (ConsoleProgress progress =
        console.progress("testing the uncompressed model", epochs.testSize(), "samples")) {
      return epochs.accuracyOfOriginal(progress::update);
    }
  }
}
