package io.nncf4j.cli.train;

import io.nncf4j.cli.console.Console;
import io.nncf4j.compression.config.AccuracyAwareConfig;
import io.nncf4j.compression.training.accuracy.AccuracyAwareProgress;
import io.nncf4j.compression.training.accuracy.AccuracyAwareTraining;
import io.nncf4j.compression.training.accuracy.AdaptiveCompressionTraining;
import io.nncf4j.compression.training.accuracy.KeptModel;
import io.nncf4j.compression.training.accuracy.RateSearchProgress;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionState;
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

/**
 * The epochs of a run that watches what compression costs. Each checkpoint keeps how far it has
 * come, and {@code best.safetensors} holds the best model, so that a run goes on where it stopped.
 */
final class AccuracyAwareRun {
  private static final String PROGRESS = "accuracy_aware_progress";

  private final AccuracyAwareConfig config;
  private final CompressionController controller;
  private final TrainedClassifier classifier;
  private final ClassifierEpochs epochs;
  private final ShownEpochs shown;
  private final EpochRecorder recorder;
  private final TrainJournal journal;
  private final RunFolder folder;
  private final Console console;
  private long trained;
  private double loss;
  private double top1;

  /**
   * @throws InputException when nothing is compressed
   */
  AccuracyAwareRun(
      AccuracyAwareConfig config,
      TrainedClassifier classifier,
      ClassifierEpochs epochs,
      ShownEpochs shown,
      EpochRecorder recorder,
      TrainJournal journal,
      RunFolder folder,
      Console console) {
    this.config = config;
    this.classifier = classifier;
    this.epochs = epochs;
    this.shown = shown;
    this.recorder = recorder;
    this.journal = journal;
    this.folder = folder;
    this.console = console;
    CompressionController found = classifier.controller();
    if (found == null) {
      throw new InputException(
          "accuracy_aware_training watches what compression costs, and the configuration"
              + " compresses nothing: add \"compression\" or leave it out");
    }
    controller = found;
  }

  /**
   * Trains to the end.
   *
   * @param resumed where to go on from; empty for a new run
   * @param resume its file
   * @return figures by name, in the order to show them in
   */
  Map<String, Object> train(Optional<Checkpoint> resumed, @Nullable Path resume) {
    AccuracyAwareProgress.Earlier earlier = AccuracyAwareProgress.Earlier.NONE;
    Checkpoint best = null;
    if (resumed.isPresent() && resume != null) {
      AccuracyAwareProgress progress = progress(resumed.get(), resume);
      best = best(progress, resumed.get(), resume);
      earlier = new AccuracyAwareProgress.Earlier(progress, kept(best));
    }
    // Made before anything is written: it may refuse what is configured.
    AdaptiveCompressionTraining search =
        config.search().isPresent()
            ? new AdaptiveCompressionTraining(config, controller, this::tell)
            : null;
    Map<String, Object> result = new LinkedHashMap<>();
    double uncompressed = shown.accuracyOfOriginal();
    recorder.begin(resume);
    trained = earlier.progress().epochs();
    if (best != null) {
      if (!Files.exists(folder.last())) {
        // The run goes on in another folder.
        resumed.get().write(folder.last());
      }
      best.write(folder.best());
      recorder.start(trained, lastMetric(earlier.progress()));
    }
    result.put("top1 uncompressed", uncompressed);
    boolean isReached =
        search != null
            ? search(search, uncompressed, earlier, result)
            : exitEarly(uncompressed, earlier, result);
    // With the state of compression and not the tensors alone.
    classifier.goBackTo(Checkpoint.read(folder.best()));
    result.put("accurate enough", isReached);
    if (!isReached) {
      console.findings(List.of(notReached(uncompressed, result)));
    }
    return result;
  }

  private Finding notReached(double uncompressed, Map<String, Object> result) {
    double found = result.get("top1") instanceof Double top1 ? top1 : 0;
    return config.accepts(uncompressed, found)
        ? Finding.warning(
            "schedule-not-at-its-end",
            "The drop of accuracy is small enough, and the schedule of compression has not come to"
                + " its end: the model is compressed in part; allow more epochs, or give the"
                + " schedule fewer")
        : Finding.warning(
            "accuracy-not-reached",
            "The drop of accuracy is still larger than asked; the model is the best that was"
                + " found");
  }

  private AccuracyAwareProgress progress(Checkpoint resumed, Path resume) {
    String notes = resumed.notes().get(PROGRESS);
    if (notes == null) {
      throw new InputException(
          resume
              + " is of a run that did not watch the accuracy, so it cannot go on watching it; start"
              + " anew with it as --weights");
    }
    AccuracyAwareProgress progress = progress(notes, resume);
    if (progress.epochs() != resumed.epoch()) {
      throw new InputException(
          resume
              + " has "
              + resumed.epoch()
              + " epochs behind it, and its notes on accuracy-aware training "
              + progress.epochs()
              + ": it is damaged");
    }
    if (progress.epochs() >= config.maximalTotalEpochs()) {
      throw new InputException(
          "The checkpoint has had "
              + progress.epochs()
              + " epochs, and maximal_total_epochs is "
              + config.maximalTotalEpochs()
              + ": raise it to go on");
    }
    return progress;
  }

  private static AccuracyAwareProgress progress(String notes, Path file) {
    try {
      return AccuracyAwareProgress.fromJson(notes);
    } catch (InputException e) {
      throw new InputException(file + ": " + e.getMessage(), e);
    }
  }

  private static KeptModel kept(Checkpoint best) {
    return new KeptModel(
        best.model(),
        CompressionState.fromJson(
            best.notes().getOrDefault(TrainedClassifier.COMPRESSION, "null")));
  }

  /** The checkpoint of the best epoch stands beside the last one, and goes with it. */
  private Checkpoint best(AccuracyAwareProgress progress, Checkpoint resumed, Path resume) {
    long epoch = bestEpoch(progress);
    Path beside = resume.resolveSibling(folder.best().getFileName());
    if (Files.exists(beside)) {
      Checkpoint best = Checkpoint.read(beside);
      String notes = best.notes().get(PROGRESS);
      if (best.epoch() == epoch && notes != null && progress.hasPassed(progress(notes, beside))) {
        return best;
      }
    }
    if (resumed.epoch() == epoch) {
      return resumed;
    }
    throw new InputException(
        "The best epoch of the run so far is "
            + epoch
            + ", and "
            + beside
            + " does not hold it; put it there, or start anew with --weights");
  }

  private static long bestEpoch(AccuracyAwareProgress progress) {
    return progress.search().map(search -> search.best().epoch()).orElse(progress.bestEpoch());
  }

  private static double lastMetric(AccuracyAwareProgress progress) {
    return progress
        .search()
        .map(search -> search.last().metric())
        .orElseGet(() -> progress.history().get(progress.epochs()));
  }

  private boolean exitEarly(
      double uncompressed, AccuracyAwareProgress.Earlier earlier, Map<String, Object> result) {
    AccuracyAwareTraining.Result found =
        new AccuracyAwareTraining(config, controller, this::tell)
            .run(uncompressed, this::train, this::measure, earlier, this::keep);
    result.put("top1", found.compressed());
    result.put("best epoch", found.bestEpoch());
    result.put("drop", found.absoluteDegradation());
    result.put("relative drop, percent", found.relativeDegradation());
    return found.isReached();
  }

  private boolean search(
      AdaptiveCompressionTraining search,
      double uncompressed,
      AccuracyAwareProgress.Earlier earlier,
      Map<String, Object> result) {
    AdaptiveCompressionTraining.Result found =
        search.run(
            uncompressed, this::train, this::measure, epochs::setRateFactor, earlier, this::keep);
    result.put("top1", found.compressed());
    result.put("compression rate", found.rate());
    result.put("drop", uncompressed - found.compressed());
    return found.isReached();
  }

  private void train(int number) {
    loss = shown.train(number - 1L, config.maximalTotalEpochs());
  }

  private double measure() {
    top1 = shown.accuracy();
    return top1;
  }

  private void keep(AccuracyAwareProgress progress, boolean isBest) {
    int done = progress.epochs();
    if (done > trained) {
      trained = done;
      epochs.plateau().ifPresent(plateau -> plateau.observe(top1));
    }
    recorder.save(done, Map.of(PROGRESS, progress.toJson()), isBest);
    Optional<RateSearchProgress.Trial> trial = progress.search().map(RateSearchProgress::last);
    trial.ifPresent(each -> journal.trial(done, each.rate(), each.metric(), each.budget()));
    boolean isSearchStart =
        progress.search().isPresent() && progress.search().get().trials().size() == 1;
    if (isSearchStart) {
      return;
    }
    if (done == 0) {
      recorder.start(0, top1);
    } else {
      recorder.finish(done, loss, top1);
      journal.scalar("val/accuracy_aware/metric_value", done, top1);
    }
  }

  private void tell(String line) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("event", "accuracy-aware");
    entry.put("text", line);
    journal.add(entry);
    console.note(line);
  }
}
