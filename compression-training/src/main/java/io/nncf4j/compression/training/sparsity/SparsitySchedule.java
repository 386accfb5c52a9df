package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.config.ConfigSection;
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
  private static final List<Double> DEFAULT_STEPS = List.of(90.0);
  private static final List<Double> DEFAULT_LEVELS = List.of(0.1, 0.5);
  private static final double HIGHEST_POWER = 1000;

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
      params.refuse(
          "schedule",
          "adaptive follows the loss of rb_sparsity; take polynomial, exponential or multistep");
    }
    List<Double> steps = params.numbers("multistep_steps");
    List<Double> levels = params.numbers("multistep_sparsity_levels");
    int given = levels.isEmpty() ? DEFAULT_LEVELS.size() : levels.size();
    int changes = steps.isEmpty() ? DEFAULT_STEPS.size() : steps.size();
    if (name.equals("multistep") && given != changes + 1) {
      params.refuse(
          "multistep_sparsity_levels",
          "found "
              + given
              + " levels for "
              + changes
              + " multistep_steps; allowed: one level more");
    }
    if (levels.stream().anyMatch(level -> !(level >= 0 && level < 1))) {
      params.refuse("multistep_sparsity_levels", "found " + levels + "; allowed: 0 to less than 1");
    }
    if (steps.stream().anyMatch(step -> !(step >= 0))) {
      params.refuse("multistep_steps", "found " + steps + "; allowed: epochs, 0 or more");
    }
    boolean perStep = params.truth("update_per_optimizer_step", false);
    int stepsPerEpoch = params.count("steps_per_epoch", 0);
    if (perStep && stepsPerEpoch == 0) {
      params.refuse(
          "steps_per_epoch", "update_per_optimizer_step needs the number of steps of an epoch");
    }
    return new SparsitySchedule(
        Kind.valueOf(name.toUpperCase(java.util.Locale.ROOT)),
        section.share("sparsity_init", 0),
        params.share("sparsity_target", 0.5),
        params.count("sparsity_target_epoch", 90),
        params.positive("power", HIGHEST_POWER, 0.9),
        params.truth("concave", true),
        steps.isEmpty() ? DEFAULT_STEPS : steps,
        levels.isEmpty() ? DEFAULT_LEVELS : levels,
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
