package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.config.ConfigSection;
import java.util.List;
import java.util.Optional;

/**
 * What a section {@code movement_sparsity} says.
 *
 * @param start epoch in which the threshold begins to rise
 * @param end epoch in which it has come to the end
 * @param factor of the penalty on scores at the end
 * @param power of the way there
 * @param firstThreshold where the threshold begins; empty to find it from the scores then
 * @param lastThreshold where it ends
 * @param stepsPerEpoch 0 to count the steps of the first epoch
 * @param structured whether at the end whole heads and rows go
 * @param demandsStructure whether the section says so itself
 * @param structures what scores stand for; a weight each in layers that none is for
 */
public record MovementOptions(
    int start,
    int end,
    double factor,
    double power,
    Optional<Double> firstThreshold,
    double lastThreshold,
    int stepsPerEpoch,
    boolean structured,
    boolean demandsStructure,
    List<MovementStructure> structures) {
  private static final double LARGEST = 1e6;

  public static MovementOptions of(ConfigSection section) {
    ConfigSection params = section.sectionOrEmpty("params");
    if (!section.has("params")) {
      section.refuse(
          "params",
          "found nothing; expected warmup_start_epoch, warmup_end_epoch and"
              + " importance_regularization_factor");
    }
    int start = params.count("warmup_start_epoch", 0);
    int end = params.integer("warmup_end_epoch", 1, Integer.MAX_VALUE).orElse(start + 1);
    if (end <= start) {
      params.refuse(
          "warmup_end_epoch", "found " + end + "; allowed: more than warmup_start_epoch, " + start);
    }
    int steps = params.integer("steps_per_epoch", 1, Integer.MAX_VALUE).orElse(0);
    if (!params.has("steps_per_epoch") && start == 0) {
      params.refuse(
          "steps_per_epoch",
          "found nothing; with warmup_start_epoch 0 there is no epoch to count steps in; give"
              + " steps_per_epoch, or a start of 1 or more");
    }
    return new MovementOptions(
        start,
        end,
        params.number("importance_regularization_factor", 0, LARGEST, 0),
        params.positive("power", LARGEST, 3),
        params.number("init_importance_threshold"),
        params.number("final_importance_threshold", 0),
        steps,
        params.truth("enable_structured_masking", true),
        params.has("enable_structured_masking"),
        section.sections("sparse_structure_by_scopes").stream()
            .map(MovementStructure::of)
            .toList());
  }
}
