package io.nncf4j.compression.training.accuracy;

import io.nncf4j.compression.config.AccuracyAwareConfig;
import io.nncf4j.compression.training.control.AdjustableCompression;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.pruning.FilterPruningController;
import io.nncf4j.compression.training.sparsity.SparsityController;
import io.nncf4j.core.InputException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * Searches the highest rate of compression that is accurate enough: the mode {@code
 * adaptive_compression_level} of accuracy-aware training. After a phase by the schedule, the rate
 * goes up while the budget of accuracy is not used up, and down when it is; each turn makes the
 * steps smaller. The model ends with the tensors of the highest rate that was accurate enough.
 */
public final class AdaptiveCompressionTraining {
  private static final double HIGHEST_RATE = 0.95;

  private final AccuracyAwareConfig config;
  private final AccuracyAwareConfig.RateSearch search;
  private final CompressionController controller;
  private final AdjustableCompression compression;
  private final Consumer<String> log;

  /**
   * What came of it.
   *
   * @param rate that the model has
   * @param compressed its metric
   * @param isReached whether some rate was accurate enough
   */
  public record Result(
      double uncompressed,
      double rate,
      double compressed,
      boolean isReached,
      List<RateSearchProgress.Trial> trials) {
    public Result {
      trials = List.copyOf(trials);
    }
  }

  /**
   * Prepares the search.
   *
   * @throws InputException when the configuration asks for none, or nothing that compresses has a
   *     rate that can be chosen
   */
  public AdaptiveCompressionTraining(
      AccuracyAwareConfig config, CompressionController controller, Consumer<String> log) {
    this.config = config;
    this.controller = controller;
    this.log = log;
    search =
        config
            .search()
            .orElseThrow(() -> new InputException("accuracy_aware_training.mode searches no rate"));
    Optional<AdjustableCompression> found = controller.adjustable();
    if (found.isEmpty()) {
      throw new InputException(
          "accuracy_aware_training.mode adaptive_compression_level searches a compression rate,"
              + " and "
              + controller.name()
              + " has none; take mode early_exit, or add filter_pruning or magnitude_sparsity");
    }
    if (controller.part(FilterPruningController.class).isPresent()
        && controller.part(SparsityController.class).isPresent()) {
      throw new InputException(
          "accuracy_aware_training.mode adaptive_compression_level searches one rate, and both"
              + " filter_pruning and sparsity have one; leave one of them out, or take mode"
              + " early_exit");
    }
    compression = found.get();
  }

  /**
   * Runs the search from its beginning.
   *
   * @param learningRate is told the factor on the learning rate when a rate begins
   */
  public Result run(
      double uncompressed,
      AccuracyAwareTraining.Epoch epoch,
      AccuracyAwareTraining.Validation validation,
      DoubleConsumer learningRate) {
    return run(
        uncompressed,
        epoch,
        validation,
        learningRate,
        AccuracyAwareProgress.Earlier.NONE,
        AccuracyAwareProgress.Keeper.NONE);
  }

  /**
   * Runs the search, or goes on with one that stopped.
   *
   * @param learningRate is told the factor on the learning rate when a rate begins
   * @param earlier what the one that stopped left; the model has the tensors of its last epoch
   * @param keeper told of each epoch
   */
  public Result run(
      double uncompressed,
      AccuracyAwareTraining.Epoch epoch,
      AccuracyAwareTraining.Validation validation,
      DoubleConsumer learningRate,
      AccuracyAwareProgress.Earlier earlier,
      AccuracyAwareProgress.Keeper keeper) {
    boolean isSearching = earlier.progress().search().isPresent();
    AccuracyAwareProgress progress =
        isSearching
            ? earlier.progress()
            : bySchedule(uncompressed, epoch, validation, earlier, keeper);
    RateSearchProgress position = progress.search().orElseThrow();
    KeptModel best =
        isSearching && earlier.best() != null ? earlier.best() : KeptModel.of(controller);
    compression.disableScheduler();
    learningRate.accept(position.learningRateFactor());
    while (position.step() >= search.minimalStep()
        && position.epochs() < config.maximalTotalEpochs()) {
      if (position.isDecided(search)) {
        RateSearchProgress next = position.next(search);
        if (!isPossible(next.target())) {
          break;
        }
        position = next;
        restore(best);
        learningRate.accept(position.learningRateFactor());
        if (!compression.setRate(position.target())) {
          position = position.unchanged(search);
          continue;
        }
      }
      int number = position.epochs() + 1;
      controller.scheduler().epochStep();
      epoch.train(number);
      RateSearchProgress.Trial trial =
          trial(number, compression.rate(), uncompressed, validation.measure());
      position = position.after(trial);
      boolean isBest = position.best().equals(trial);
      if (isBest) {
        best = KeptModel.of(controller);
      }
      keeper.keep(progress.withSearch(position), isBest);
    }
    restore(best);
    return new Result(
        uncompressed,
        compression.rate(),
        position.best().metric(),
        position.best().budget() >= 0,
        position.trials());
  }

  /** The epochs before the first change of the rate. */
  private AccuracyAwareProgress bySchedule(
      double uncompressed,
      AccuracyAwareTraining.Epoch epoch,
      AccuracyAwareTraining.Validation validation,
      AccuracyAwareProgress.Earlier earlier,
      AccuracyAwareProgress.Keeper keeper) {
    AccuracyAwareConfig initial =
        new AccuracyAwareConfig(
            config.maximalRelativeDegradation(),
            config.maximalAbsoluteDegradation(),
            Math.min(search.initialPhaseEpochs(), config.maximalTotalEpochs()),
            Optional.empty());
    AccuracyAwareTraining.Result first =
        new AccuracyAwareTraining(initial, controller, log)
            .run(uncompressed, epoch, validation, earlier, keeper);
    // The model has the best tensors of this phase now, and the search goes on from them.
    RateSearchProgress.Trial start =
        trial(first.history().size() - 1, compression.rate(), uncompressed, first.compressed());
    AccuracyAwareProgress progress =
        new AccuracyAwareProgress(
            first.history(),
            first.bestEpoch(),
            controller.compressionStage(),
            Optional.of(RateSearchProgress.begin(search, start)));
    if (progress.epochs() < config.maximalTotalEpochs()) {
      // Else a run that is given more epochs may have some of them by the schedule.
      keeper.keep(progress, true);
    }
    return progress;
  }

  private boolean isPossible(double target) {
    double highest = Math.min(HIGHEST_RATE, compression.maximalRate());
    if (target >= 0 && target <= highest) {
      return true;
    }
    log.accept(
        String.format(
            Locale.ROOT,
            "rate %.3f cannot be reached, only 0 to %.3f; the search ends",
            target,
            highest));
    return false;
  }

  private RateSearchProgress.Trial trial(
      int epoch, double rate, double uncompressed, double metric) {
    double budget = config.budget(uncompressed, metric);
    log.accept(
        String.format(
            Locale.ROOT,
            "epoch %d: rate %.3f, metric %.4f, budget %.4f%s",
            epoch,
            rate,
            metric,
            budget,
            budget >= 0 ? ": accurate enough" : ""));
    return new RateSearchProgress.Trial(epoch, rate, metric, budget);
  }

  /** The schedule of then may have been at work. */
  private void restore(KeptModel kept) {
    kept.restore(controller);
    compression.disableScheduler();
  }
}
