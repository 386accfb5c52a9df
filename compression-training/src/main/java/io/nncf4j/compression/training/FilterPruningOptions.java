package io.nncf4j.compression.training;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.pruning.importance.FilterImportance;
import io.nncf4j.compression.pruning.schedule.PruningSchedule;
import io.nncf4j.core.InputException;

/**
 * What a section {@code filter_pruning} says.
 *
 * @param importance what decides between filters, read from weights
 * @param usesGradients whether what decides is Taylor importance instead
 * @param schedule the level of each epoch
 * @param countsFlops whether levels are shares of arithmetic instead of filters
 * @param global whether filters of all layers are ranked in one list ({@code all_weights})
 * @param first whether the first layers may be pruned
 * @param downsampling whether convolutions with strides may be pruned
 * @param normalization whether batch normalization of a masked channel is masked too
 */
record FilterPruningOptions(
    FilterImportance importance,
    boolean usesGradients,
    PruningSchedule schedule,
    boolean countsFlops,
    boolean global,
    boolean first,
    boolean downsampling,
    boolean normalization) {
  static final String TAYLOR = "taylor";

  static FilterPruningOptions of(ConfigSection section) {
    ConfigSection params = section.sectionOrEmpty("params");
    boolean countsFlops = params.has("pruning_flops_target");
    if (countsFlops && params.has("pruning_target")) {
      throw params.problem(
          "pruning_flops_target",
          "pruning_target counts filters and pruning_flops_target arithmetic; give one of them");
    }
    if (params.text("interlayer_ranking_type", "").equals("learned_ranking")) {
      throw params.problem(
          "interlayer_ranking_type", "rankings are not learned yet; take unweighted_ranking");
    }
    String target = countsFlops ? "pruning_flops_target" : "pruning_target";
    double share = params.number(target, 0.5);
    if (!(share >= 0 && share < 1)) {
      throw params.problem(target, "it is a share from 0 to less than 1; found " + share);
    }
    double initial = section.number("pruning_init", 0);
    if (!(initial >= 0 && initial < 1)) {
      throw section.problem(
          "pruning_init", "it is a share from 0 to less than 1; found " + initial);
    }
    String importance = params.text("filter_importance", "L2");
    boolean usesGradients = importance.equalsIgnoreCase(TAYLOR);
    return new FilterPruningOptions(
        usesGradients ? FilterImportance.L1 : FilterImportance.named(importance),
        usesGradients,
        schedule(params, initial, share),
        countsFlops,
        params.truth("all_weights", false),
        params.truth("prune_first_conv", false),
        params.truth("prune_downsample_convs", false),
        params.truth("prune_batch_norms", true));
  }

  private static PruningSchedule schedule(ConfigSection params, double initial, double target) {
    try {
      PruningSchedule schedule =
          new PruningSchedule(
              PruningSchedule.Kind.named(params.text("schedule", "exponential")),
              initial,
              target,
              params.count("num_init_steps", 0),
              params.count("pruning_steps", 100));
      schedule.level(schedule.waitingEpochs());
      return schedule;
    } catch (InputException e) {
      throw params.problem("schedule", String.valueOf(e.getMessage()));
    }
  }
}
