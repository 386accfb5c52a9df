package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.pruning.ranking.RankingSearch;
import java.util.Optional;

/**
 * What {@code filter_pruning} says about the learned ranking (LeGR).
 *
 * @param search the evolution
 * @param trainSteps steps of training for each candidate
 * @param maxPruning level at which candidates are tried
 * @param demandsLevel whether the section gives that level itself
 * @param save file for what was found
 * @param load file with what was found before; there is no search then
 */
record RankingOptions(
    RankingSearch.Options search,
    int trainSteps,
    double maxPruning,
    boolean demandsLevel,
    Optional<RankingFile> save,
    Optional<RankingFile> load) {
  private static final int MOST = 1_000_000;

  /** Empty when the ranking is not learned. */
  static Optional<RankingOptions> of(ConfigSection params) {
    if (!params.text("interlayer_ranking_type", "").equals("learned_ranking")) {
      return Optional.empty();
    }
    if (!params.truth("all_weights", true)) {
      params.refuse(
          "all_weights",
          "found false; learned_ranking ranks the filters of all layers in one list; allowed: true");
    }
    ConfigSection legr = params.sectionOrEmpty("legr_params");
    return Optional.of(
        new RankingOptions(
            new RankingSearch.Options(
                legr.integer("generations", 1, MOST).orElse(400),
                legr.integer("population_size", 1, MOST).orElse(64),
                legr.integer("num_samples", 1, MOST).orElse(16),
                legr.number("mutate_percent", 0, 1, 0.1),
                legr.positive("scale_sigma", 100, 1),
                legr.integer("random_seed", Integer.MIN_VALUE, Integer.MAX_VALUE).orElse(42)),
            legr.count("train_steps", 200),
            legr.share("max_pruning", 0.8),
            legr.has("max_pruning"),
            file(params, RankingFile.SAVE),
            file(params, RankingFile.LOAD)));
  }

  private static Optional<RankingFile> file(ConfigSection params, String key) {
    return params.path(key).map(path -> new RankingFile(key, path));
  }
}
