package io.nncf4j.cli.train;

import io.nncf4j.cli.console.Console;
import io.nncf4j.compression.config.AccuracyAwareConfig;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.learning.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The epochs of a run: training, testing, checkpoints, the journal. */
final class TrainRun {
  private final TrainSettings settings;
  private final TrainedClassifier classifier;
  private final ClassifierEpochs epochs;
  private final TrainJournal journal;
  private final RunFolder folder;
  private final @Nullable Path resume;
  private final Console console;
  private final ShownEpochs shown;
  private final EpochRecorder recorder;
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
    shown = new ShownEpochs(epochs, classifier, journal, console);
    recorder = new EpochRecorder(classifier, epochs, journal, folder);
  }

  /**
   * Trains to the end.
   *
   * @param resumed where to go on from; empty for a new run
   * @return figures by name, in the order to show them in
   */
  Map<String, Object> train(Optional<Checkpoint> resumed) {
    epochs.requireTrainingData();
    resumed
        .map(checkpoint -> checkpoint.notes().get(EpochRecorder.PLATEAU))
        .ifPresent(state -> epochs.plateau().ifPresent(plateau -> plateau.loadState(state)));
    Optional<AccuracyAwareConfig> aware = settings.config().accuracyAwareTraining();
    return aware.isPresent()
        ? new AccuracyAwareRun(
                aware.get(), classifier, epochs, shown, recorder, journal, folder, console)
            .train(resumed, resume)
        : byNumber(resumed);
  }

  /** As many epochs as are configured. */
  private Map<String, Object> byNumber(Optional<Checkpoint> resumed) {
    long from = resumed.map(Checkpoint::epoch).orElse(0L);
    requireEpochs(from);
    double before = shown.accuracy();
    recorder.begin(resume);
    if (Files.exists(folder.best())) {
      best = BestEpoch.of(Checkpoint.read(folder.best()));
    }
    recorder.start(from, before);
    if (from == 0) {
      // So that a run that goes astray in its first epoch has something to go back to.
      recorder.save(0, best.notes(), false);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("top1 before", before);
    for (long epoch = from; epoch < settings.epochs(); epoch++) {
      CompressionController controller = classifier.controller();
      if (controller != null) {
        controller.scheduler().epochStep();
      }
      double loss = shown.train(epoch, settings.epochs());
      double top1 = shown.accuracy();
      finish(epoch + 1, loss, top1);
      result.put("loss", loss);
      result.put("top1", top1);
      result.put("best top1", best.metric());
    }
    return result;
  }

  private void requireEpochs(long from) {
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
  }

  private void finish(long done, double loss, double top1) {
    CompressionController controller = classifier.controller();
    int stage = controller == null ? 0 : controller.compressionStage().ordinal();
    boolean isBest = best.isBeatenBy(stage, top1);
    if (isBest) {
      best = new BestEpoch(stage, top1);
    }
    epochs.plateau().ifPresent(plateau -> plateau.observe(top1));
    recorder.save(done, best.notes(), isBest);
    recorder.finish(done, loss, top1);
  }
}
