package io.nncf4j.learning;

import io.nncf4j.core.InputException;
import java.util.Arrays;

/** The learning rate of each step (or epoch, as the caller counts), from 0. */
@FunctionalInterface
public interface LearningRateSchedule {
  double at(long step);

  static LearningRateSchedule constant(double rate) {
    return step -> rate;
  }

  /** Half a cosine from {@code rate} down to {@code lowest} over {@code steps} (SGDR, 2017). */
  static LearningRateSchedule cosine(double rate, double lowest, long steps) {
    if (steps < 1) {
      throw new InputException("A cosine schedule runs over at least one step; found " + steps);
    }
    return step -> {
      double done = Math.min(1, (double) step / steps);
      return lowest + (rate - lowest) * (1 + Math.cos(Math.PI * done)) / 2;
    };
  }

  /** Multiplied by {@code factor} at each of {@code milestones}. */
  static LearningRateSchedule steps(double rate, double factor, long... milestones) {
    long[] sorted = milestones.clone();
    Arrays.sort(sorted);
    return step -> {
      double current = rate;
      for (long milestone : sorted) {
        if (step >= milestone) {
          current *= factor;
        }
      }
      return current;
    };
  }

  /** Multiplied by {@code factor} after every {@code length} steps. */
  static LearningRateSchedule everySteps(double rate, double factor, long length) {
    if (length < 1) {
      throw new InputException("A rate falls after at least one step; found " + length);
    }
    return step -> rate * Math.pow(factor, step / length);
  }

  /** From {@code rate} down to {@code lowest}, as a power of what is left of {@code steps}. */
  static LearningRateSchedule polynomial(double rate, double lowest, double power, long steps) {
    if (steps < 1 || !(power > 0)) {
      throw new InputException(
          "A polynomial schedule has a power above 0 and runs over at least one step; found "
              + power
              + " and "
              + steps);
    }
    return step ->
        lowest + (rate - lowest) * Math.pow(1 - Math.min(1, (double) step / steps), power);
  }

  /** This schedule, delayed by a linear rise from zero over the first {@code steps}. */
  default LearningRateSchedule afterWarmUp(long steps) {
    return step -> step < steps ? at(0) * (step + 1) / (steps + 1) : at(step - steps);
  }
}
