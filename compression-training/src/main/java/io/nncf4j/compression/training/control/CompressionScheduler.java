package io.nncf4j.compression.training.control;

import java.util.Map;

/**
 * Moves an algorithm on while a model is trained: {@link #epochStep} before each epoch, {@link
 * #step} before each batch. Both count from -1, so that the first call makes them 0.
 */
public class CompressionScheduler {
  private long currentStep = -1;
  private long currentEpoch = -1;

  /** The next batch begins. */
  public void step() {
    currentStep++;
  }

  /** The next epoch begins. */
  public void epochStep() {
    currentEpoch++;
  }

  public final long currentStep() {
    return currentStep;
  }

  public final long currentEpoch() {
    return currentEpoch;
  }

  /** What a checkpoint keeps. */
  public Map<String, Object> state() {
    return Map.of("current_step", currentStep, "current_epoch", currentEpoch);
  }

  /** Goes on from where a checkpoint was saved. */
  public void loadState(Map<String, Object> state) {
    currentStep = StateValues.number(state, "current_step");
    currentEpoch = StateValues.number(state, "current_epoch");
  }
}
