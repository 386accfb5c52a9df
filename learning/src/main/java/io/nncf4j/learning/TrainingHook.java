package io.nncf4j.learning;

/**
 * Is told how a {@link TrainingLoop} goes on: for schedules, logs, progress. Steps and epochs count
 * from 0, steps over all epochs.
 */
public interface TrainingHook {
  /** The first step of an epoch is next. */
  default void beforeEpoch(long epoch) {}

  /** A batch is next; the learning rate is that of its step. */
  default void beforeStep(long step) {}

  /** A batch has been through, with this loss before the update. */
  default void afterStep(long step, double loss) {}

  /** The last step of an epoch is over. */
  default void afterEpoch(long epoch, double meanLoss) {}
}
