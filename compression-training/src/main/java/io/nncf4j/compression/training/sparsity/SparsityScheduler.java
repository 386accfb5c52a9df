package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.training.control.CompressionScheduler;
import io.nncf4j.compression.training.control.StateValues;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;

/**
 * Moves the level of sparsity on by epochs, or by steps where the schedule says so, until masks
 * freeze.
 *
 * <p>The adaptive kind raises the level by a twentieth each time that the model has had it, to
 * within 0.03, for as many epochs as its patience.
 */
final class SparsityScheduler extends CompressionScheduler {
  private static final double ADAPTIVE_STEP = 0.05;
  private static final double ADAPTIVE_TOLERANCE = 0.03;

  private final SparsitySchedule schedule;
  private final DoubleConsumer setLevel;
  private final Runnable freeze;
  private final DoubleSupplier measured;
  private long stepsOfEpoch;
  private double level;
  private long epochsAtLevel;
  private boolean frozen;
  private boolean resting;

  /**
   * @param setLevel told each new level
   * @param freeze told once that masks are to stay
   * @param measured the level that the model has
   */
  SparsityScheduler(
      SparsitySchedule schedule,
      DoubleConsumer setLevel,
      Runnable freeze,
      DoubleSupplier measured) {
    this.schedule = schedule;
    this.setLevel = setLevel;
    this.freeze = freeze;
    this.measured = measured;
    level = schedule.firstLevel();
  }

  /** Lets the level stay as it is. */
  void rest() {
    resting = true;
  }

  /** Whether something else chooses the level now. */
  boolean isResting() {
    return resting;
  }

  @Override
  public void epochStep() {
    super.epochStep();
    stepsOfEpoch = 0;
    if (schedule.kind() == SparsitySchedule.Kind.ADAPTIVE && !resting && !frozen) {
      adapt();
    }
    follow(currentEpoch());
  }

  @Override
  public void step() {
    super.step();
    if (schedule.stepsPerEpoch() > 0) {
      follow(Math.max(0, currentEpoch()) + (double) stepsOfEpoch / schedule.stepsPerEpoch());
      stepsOfEpoch++;
    }
  }

  private void adapt() {
    if (measured.getAsDouble() >= level - ADAPTIVE_TOLERANCE) {
      epochsAtLevel++;
    }
    if (epochsAtLevel >= schedule.patience()) {
      epochsAtLevel = 0;
      level = Math.min(level + ADAPTIVE_STEP, schedule.target());
    }
  }

  private void follow(double epoch) {
    if (resting || frozen) {
      return;
    }
    double next = schedule.kind() == SparsitySchedule.Kind.ADAPTIVE ? level : schedule.level(epoch);
    setLevel.accept(next);
    level = next;
    if (epoch >= schedule.freezeEpoch()) {
      frozen = true;
      freeze.run();
    }
  }

  @Override
  public Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>(super.state());
    if (resting) {
      state.put("resting", true);
    }
    if (schedule.kind() == SparsitySchedule.Kind.ADAPTIVE) {
      state.put("num_bad_epochs", epochsAtLevel);
      state.put("current_sparsity_level", level);
    }
    return state;
  }

  @Override
  public void loadState(Map<String, Object> state) {
    super.loadState(state);
    resting = Boolean.TRUE.equals(state.get("resting"));
    frozen = currentEpoch() >= schedule.freezeEpoch();
    if (schedule.kind() == SparsitySchedule.Kind.ADAPTIVE) {
      epochsAtLevel = StateValues.number(state, "num_bad_epochs");
      level =
          state.get("current_sparsity_level") instanceof Number number
              ? number.doubleValue()
              : level;
    }
  }
}
