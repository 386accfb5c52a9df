package io.nncf4j.learning;

import java.util.Iterator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Goes through batches, epoch by epoch, and tells hooks.
 *
 * @param schedule rate of each step over all epochs
 * @param hooks told in their order
 */
public record TrainingLoop(
    Optimizer optimizer, LearningRateSchedule schedule, List<TrainingHook> hooks) {
  public TrainingLoop {
    hooks = List.copyOf(hooks);
  }

  /**
   * Runs one epoch.
   *
   * @param epoch its number from 0
   * @param steps steps of an epoch at most
   * @param batches the epoch's batches; it may end before them
   * @param step works on a batch and gives its loss
   * @return the mean loss; 0 without a batch
   */
  public <B> double epoch(
      long epoch, long steps, Iterator<B> batches, ToDoubleFunction<? super B> step) {
    hooks.forEach(hook -> hook.beforeEpoch(epoch));
    double sum = 0;
    long done = 0;
    while (done < steps && batches.hasNext()) {
      long number = epoch * steps + done;
      optimizer.setLearningRate(schedule.at(number));
      hooks.forEach(hook -> hook.beforeStep(number));
      double loss = step.applyAsDouble(batches.next());
      hooks.forEach(hook -> hook.afterStep(number, loss));
      sum += loss;
      done++;
    }
    double mean = sum / Math.max(1, done);
    hooks.forEach(hook -> hook.afterEpoch(epoch, mean));
    return mean;
  }
}
