package io.nncf4j.compression.training.accuracy;

import io.nncf4j.compression.config.AccuracyAwareConfig;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionStage;
import io.nncf4j.core.InputException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Trains until the compressed model is accurate enough: the mode {@code early_exit} of
 * accuracy-aware training. The model ends with the tensors of its best epoch.
 */
public final class AccuracyAwareTraining {
  private final AccuracyAwareConfig config;
  private final CompressionController controller;
  private final Consumer<String> log;

  /** One epoch of training; the controller's scheduler has been told of it. */
  @FunctionalInterface
  public interface Epoch {
    void train(int epoch);
  }

  /** The metric of the model as it is, the higher the better. */
  @FunctionalInterface
  public interface Validation {
    double measure();
  }

  /**
   * What came of it.
   *
   * @param uncompressed metric of the uncompressed model
   * @param history metric before training and after each epoch
   * @param bestEpoch epoch whose tensors the model has, 0 for before training
   * @param isReached whether the drop is small enough and everything compressed
   */
  public record Result(
      double uncompressed, List<Double> history, int bestEpoch, boolean isReached) {
    public Result {
      history = List.copyOf(history);
    }

    /** The metric of the model. */
    public double compressed() {
      return history.get(bestEpoch);
    }

    public double absoluteDegradation() {
      return uncompressed - compressed();
    }

    /** In percent of the uncompressed metric; 0 when that is 0. */
    public double relativeDegradation() {
      return uncompressed == 0 ? 0 : 100 * (1 - compressed() / uncompressed);
    }
  }

  /**
   * Prepares the loop.
   *
   * @param log is told how each epoch went
   * @throws InputException when the configuration asks for a search of the compression rate: see
   *     {@link AdaptiveCompressionTraining}
   */
  public AccuracyAwareTraining(
      AccuracyAwareConfig config, CompressionController controller, Consumer<String> log) {
    if (config.search().isPresent()) {
      throw new InputException(
          "accuracy_aware_training.mode adaptive_compression_level is the work of"
              + " AdaptiveCompressionTraining; here the mode is early_exit");
    }
    this.config = config;
    this.controller = controller;
    this.log = log;
  }

  /** Runs the loop from its beginning. */
  public Result run(double uncompressed, Epoch epoch, Validation validation) {
    return run(
        uncompressed,
        epoch,
        validation,
        AccuracyAwareProgress.Earlier.NONE,
        AccuracyAwareProgress.Keeper.NONE);
  }

  /**
   * Runs the loop, or goes on with one that stopped.
   *
   * @param earlier what the one that stopped left; the model has the tensors of its last epoch
   * @param keeper told of each epoch
   */
  public Result run(
      double uncompressed,
      Epoch epoch,
      Validation validation,
      AccuracyAwareProgress.Earlier earlier,
      AccuracyAwareProgress.Keeper keeper) {
    AccuracyAwareProgress progress = earlier.progress();
    KeptModel best = earlier.best();
    if (best == null) {
      best = KeptModel.of(controller);
      progress = progress.after(validation.measure(), controller.compressionStage(), true);
      keeper.keep(progress, true);
    }
    boolean reached = isReached(uncompressed, progress);
    while (progress.epochs() < config.maximalTotalEpochs() && !reached) {
      controller.scheduler().epochStep();
      epoch.train(progress.epochs() + 1);
      AccuracyAwareProgress before = progress;
      double metric = validation.measure();
      CompressionStage stage = controller.compressionStage();
      progress = before.after(metric, stage, false);
      reached = isReached(uncompressed, progress);
      boolean isFurther = stage.compareTo(before.bestStage()) > 0;
      boolean isBetter =
          stage == before.bestStage() && metric > before.history().get(before.bestEpoch());
      boolean isBest = reached || isFurther || isBetter;
      if (isBest) {
        progress = before.after(metric, stage, true);
        best = KeptModel.of(controller);
      }
      keeper.keep(progress, isBest);
    }
    if (progress.bestEpoch() != progress.history().size() - 1) {
      best.restore(controller);
    }
    return new Result(uncompressed, progress.history(), progress.bestEpoch(), reached);
  }

  private boolean isReached(double uncompressed, AccuracyAwareProgress progress) {
    int epoch = progress.epochs();
    double metric = progress.history().get(epoch);
    boolean reached =
        config.accepts(uncompressed, metric)
            && controller.compressionStage() == CompressionStage.FULLY_COMPRESSED;
    log.accept(
        String.format(
            Locale.ROOT,
            "epoch %d: metric %.4f, uncompressed %.4f, drop %.4f, stage %s%s",
            epoch,
            metric,
            uncompressed,
            uncompressed - metric,
            controller.compressionStage().name().toLowerCase(Locale.ROOT),
            reached ? ": accurate enough" : ""));
    return reached;
  }
}
