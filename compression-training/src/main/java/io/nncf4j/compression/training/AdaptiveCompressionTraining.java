package io.nncf4j.compression.training;

import io.nncf4j.compression.config.AccuracyAwareConfig;
import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TrainingState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private double bestRate = -1;
  private double bestBudget;
  private Map<String, Tensor> best = Map.of();

  /**
   * One epoch at a rate.
   *
   * @param budget by how much the metric is better than it must be
   */
  public record Trial(int epoch, double rate, double metric, double budget) {}

  /**
   * What came of it.
   *
   * @param rate that the model has
   * @param compressed its metric
   * @param isReached whether some rate was accurate enough
   */
  public record Result(
      double uncompressed, double rate, double compressed, boolean isReached, List<Trial> trials) {
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
   * Runs the search.
   *
   * @param learningRate is told the factor on the learning rate when a rate begins
   */
  public Result run(
      double uncompressed,
      AccuracyAwareTraining.Epoch epoch,
      AccuracyAwareTraining.Validation validation,
      DoubleConsumer learningRate) {
    AccuracyAwareConfig initial =
        new AccuracyAwareConfig(
            config.maximalRelativeDegradation(),
            config.maximalAbsoluteDegradation(),
            Math.min(search.initialPhaseEpochs(), config.maximalTotalEpochs()),
            Optional.empty());
    AccuracyAwareTraining.Result first =
        new AccuracyAwareTraining(initial, controller, log).run(uncompressed, epoch, validation);
    int total = first.history().size() - 1;
    compression.disableScheduler();
    List<Trial> trials = new ArrayList<>();
    double metric = first.compressed();
    double budget = config.budget(uncompressed, metric);
    double target = compression.rate();
    keep(new Trial(total, target, metric, budget), trials);
    double step = search.initialStep();
    double factor = 1;
    int lastDirection = 0;
    int epochsAtRate = search.patienceEpochs();
    while (step >= search.minimalStep() && total < config.maximalTotalEpochs()) {
      if (epochsAtRate >= search.patienceEpochs() || budget >= 0) {
        int direction = budget >= 0 ? 1 : -1;
        if (lastDirection != 0 && direction != lastDirection) {
          step *= search.stepReduction();
          factor *= search.learningRateReduction();
        }
        lastDirection = direction;
        target += direction * step;
        double highest = Math.min(HIGHEST_RATE, compression.maximalRate());
        if (target < 0 || target > highest) {
          log.accept(
              String.format(
                  Locale.ROOT,
                  "rate %.3f cannot be reached, only 0 to %.3f; the search ends",
                  target,
                  highest));
          break;
        }
        restoreBest();
        compression.setRate(target);
        learningRate.accept(factor);
        epochsAtRate = 0;
        budget = Double.NEGATIVE_INFINITY;
      }
      total++;
      controller.scheduler().epochStep();
      epoch.train(total);
      epochsAtRate++;
      metric = validation.measure();
      budget = Math.max(budget, config.budget(uncompressed, metric));
      keep(new Trial(total, target, metric, config.budget(uncompressed, metric)), trials);
    }
    restoreBest();
    return new Result(
        uncompressed, compression.rate(), validation.measure(), bestRate >= 0, trials);
  }

  private void keep(Trial trial, List<Trial> trials) {
    trials.add(trial);
    log.accept(
        String.format(
            Locale.ROOT,
            "epoch %d: rate %.3f, metric %.4f, budget %.4f%s",
            trial.epoch(),
            trial.rate(),
            trial.metric(),
            trial.budget(),
            trial.budget() >= 0 ? ": accurate enough" : ""));
    boolean isBetter =
        trial.rate() > bestRate || (trial.rate() == bestRate && trial.budget() > bestBudget);
    if (trial.budget() >= 0 && isBetter) {
      bestRate = trial.rate();
      bestBudget = trial.budget();
      Map<String, Tensor> copies = new LinkedHashMap<>();
      state().byName().keySet().forEach(name -> copies.put(name, state().read(name)));
      best = copies;
    }
  }

  private void restoreBest() {
    best.forEach(state()::write);
    if (bestRate >= 0) {
      compression.restored(bestRate);
    }
  }

  private TrainingState state() {
    return controller.model().session().state();
  }
}
