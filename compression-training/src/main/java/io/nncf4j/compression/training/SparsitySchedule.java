package io.nncf4j.compression.training;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.core.InputException;
import java.util.List;

/**
 * The level of sparsity as training goes on, with e the epoch and T the target epoch:
 *
 * <pre>
 *   polynomial, concave   target − (target − start) · (1 − min(e / T, 1))^power
 *   polynomial, convex    start + (target − start) · min(e / T, 1)^power
 *   exponential           min(1 − max(d0 · (d1 / d0)^(e / T), d1), target),  d0 = 1 − start, d1 = 1 − target
 *   multistep             the value that stands behind the steps passed so far
 * </pre>
 *
 * "To prune, or not to prune" (Zhu and Gupta 2017), as NNCF has it.
 *
 * @param freezeEpoch from which masks stay as they are
 * @param stepsPerEpoch steps of an epoch when the level rises with each of them, else 0
 * @param patience epochs at a level before an adaptive schedule raises it
 */
record SparsitySchedule(
    Kind kind,
    double start,
    double target,
    int targetEpoch,
    double power,
    boolean concave,
    List<Double> steps,
    List<Double> levels,
    int freezeEpoch,
    int stepsPerEpoch,
    int patience) {
  /** The schedules there are. */
  enum Kind {
    POLYNOMIAL,
    EXPONENTIAL,
    MULTISTEP,
    /** The level rises each time that the model has reached it. */
    ADAPTIVE
  }

  SparsitySchedule {
    steps = steps.stream().sorted().toList();
    levels = List.copyOf(levels);
    if (kind == Kind.MULTISTEP && levels.size() != steps.size() + 1) {
      throw new InputException(
          "The multistep schedule of sparsity has one level more than steps; found "
              + levels.size()
              + " multistep_sparsity_levels and "
              + steps.size()
              + " multistep_steps");
    }
  }

  /**
   * The section's schedule.
   *
   * @param isLearned whether masks are learned, so that the model's level may differ from the
   *     schedule's
   */
  static SparsitySchedule of(ConfigSection section, boolean isLearned) {
    ConfigSection params = section.sectionOrEmpty("params");
    String name = params.text("schedule", isLearned ? "exponential" : "polynomial");
    if (name.equals("adaptive") && !isLearned) {
      throw params.problem(
          "schedule",
          "adaptive follows the loss of rb_sparsity; take polynomial, exponential or multistep");
    }
    List<Double> steps = params.numbers("multistep_steps");
    List<Double> levels = params.numbers("multistep_sparsity_levels");
    boolean perStep = params.truth("update_per_optimizer_step", false);
    int stepsPerEpoch = params.count("steps_per_epoch", 0);
    if (perStep && stepsPerEpoch == 0) {
      throw params.problem(
          "steps_per_epoch", "update_per_optimizer_step needs the number of steps of an epoch");
    }
    return new SparsitySchedule(
        Kind.valueOf(name.toUpperCase(java.util.Locale.ROOT)),
        section.number("sparsity_init", 0),
        params.number("sparsity_target", 0.5),
        params.count("sparsity_target_epoch", 90),
        params.number("power", 0.9),
        params.truth("concave", true),
        steps.isEmpty() ? List.of(90.0) : steps,
        levels.isEmpty() ? List.of(0.1, 0.5) : levels,
        params.count("sparsity_freeze_epoch", 100),
        perStep ? stepsPerEpoch : 0,
        params.count("patience", 1));
  }

  /** The level that the schedule leads to. */
  double finalLevel() {
    return kind == Kind.MULTISTEP ? levels.get(levels.size() - 1) : target;
  }

  /** The level before the first epoch. */
  double firstLevel() {
    return kind == Kind.MULTISTEP ? levels.get(0) : start;
  }

  /**
   * @param epoch from 0, with its fraction when the level rises with each step
   */
  double level(double epoch) {
    double share = targetEpoch == 0 ? 1 : Math.max(0, Math.min(1, epoch / targetEpoch));
    return switch (kind) {
      case POLYNOMIAL ->
          concave
              ? target - (target - start) * Math.pow(1 - share, power)
              : start + (target - start) * Math.pow(share, power);
      case EXPONENTIAL -> {
        double first = 1 - start;
        double last = 1 - target;
        double ratio = targetEpoch == 0 ? 1 : epoch / targetEpoch;
        double density = Math.max(first * Math.pow(last / first, ratio), last);
        yield Math.min(1 - density, target);
      }
      // Its level follows the model, see SparsityScheduler.
      case ADAPTIVE -> start;
      case MULTISTEP -> levels.get((int) steps.stream().filter(step -> step <= epoch).count());
    };
  }
}
