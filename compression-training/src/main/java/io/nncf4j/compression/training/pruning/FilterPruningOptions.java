package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.pruning.importance.FilterImportance;
import io.nncf4j.compression.pruning.schedule.PruningSchedule;
import io.nncf4j.core.InputException;
import java.util.Optional;

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
 * @param ranking how layers are compared, where that is learned
 */
public record FilterPruningOptions(
    FilterImportance importance,
    boolean usesGradients,
    PruningSchedule schedule,
    boolean countsFlops,
    boolean global,
    boolean first,
    boolean downsampling,
    boolean normalization,
    Optional<RankingOptions> ranking) {
  static final String TAYLOR = "taylor";

  public static FilterPruningOptions of(ConfigSection section) {
    ConfigSection params = section.sectionOrEmpty("params");
    boolean countsFlops = params.has("pruning_flops_target");
    if (countsFlops && params.has("pruning_target")) {
      params.refuse(
          "pruning_flops_target",
          "pruning_target counts filters and pruning_flops_target arithmetic; give one of them");
    }
    Optional<RankingOptions> ranking = RankingOptions.of(params);
    boolean learns = ranking.isPresent();
    String target = countsFlops ? "pruning_flops_target" : "pruning_target";
    double share = params.share(target, 0.5);
    double initial = section.share("pruning_init", 0);
    if (initial > share) {
      section.refuse(
          "pruning_init",
          "found " + initial + "; allowed: up to the target of the schedule, " + share);
    }
    String importance = params.text("filter_importance", "L2");
    boolean usesGradients = importance.equalsIgnoreCase(TAYLOR);
    return new FilterPruningOptions(
        usesGradients ? FilterImportance.L1 : FilterImportance.named(importance),
        usesGradients,
        schedule(params, initial, share),
        countsFlops,
        learns || params.truth("all_weights", false),
        params.truth("prune_first_conv", learns),
        params.truth("prune_downsample_convs", learns),
        params.truth("prune_batch_norms", true),
        ranking);
  }

  private static PruningSchedule schedule(ConfigSection params, double initial, double target) {
    PruningSchedule.Kind kind = PruningSchedule.Kind.named(params.text("schedule", "exponential"));
    int waiting = params.count("num_init_steps", 0);
    int growing = params.integer("pruning_steps", 1, Integer.MAX_VALUE).orElse(100);
    PruningSchedule schedule = new PruningSchedule(kind, initial, target, waiting, growing);
    try {
      schedule.level(schedule.waitingEpochs());
    } catch (InputException e) {
      params.refuse("schedule", String.valueOf(e.getMessage()));
    }
    return schedule;
  }
}
