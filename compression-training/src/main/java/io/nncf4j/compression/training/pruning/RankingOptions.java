package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.pruning.ranking.RankingSearch;
import io.nncf4j.core.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
    Optional<Path> save,
    Optional<Path> load) {
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
            path(params, "save_ranking_coeffs_path"),
            path(params, "load_ranking_coeffs_path")));
  }

  private static Optional<Path> path(ConfigSection params, String key) {
    Optional<String> text = params.text(key);
    try {
      return text.map(Path::of);
    } catch (InvalidPathException e) {
      params.refuse(key, "found " + text.orElse("") + ", which is no path: " + e.getReason());
      return Optional.empty();
    }
  }

  /**
   * @throws InputException when what is found could not be saved; told before anything is searched
   */
  void requireSavable() {
    if (save.isPresent() && Files.exists(save.get())) {
      throw new InputException(
          "save_ranking_coeffs_path: \""
              + save.get()
              + "\" exists already and is not written over; give another path, or use it as"
              + " load_ranking_coeffs_path");
    }
  }

  void save(String coefficients) {
    if (save.isEmpty()) {
      return;
    }
    Path file = save.get();
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, coefficients, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new InputException(
          "save_ranking_coeffs_path: \"" + file + "\" cannot be written: " + e, e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new InputException(
          "load_ranking_coeffs_path: \"" + file + "\" cannot be read: " + e, e);
    }
  }
}
