package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.ranking.RankingCoefficients;
import io.nncf4j.compression.pruning.ranking.RankingSearch;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TrainingState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Learns how filters of different layers compare: prunes by each candidate of a search, trains a
 * little, measures the loss, and takes everything back.
 */
final class RankingLearner {
  /** So far below the highest level that can be reached. */
  private static final double MARGIN = 1e-3;

  private final FilterPruningController controller;
  private final RankingOptions options;
  private final List<String> keys;

  RankingLearner(FilterPruningController controller, RankingOptions options) {
    this.controller = controller;
    this.options = options;
    keys = RankingCoefficients.keys(controller.groups());
  }

  /** Coefficients from the file that the configuration names. */
  RankingCoefficients load(RankingFile file) {
    options.save().ifPresent(RankingFile::requireSavable);
    RankingCoefficients loaded =
        RankingCoefficients.ofGroups(file.read(), file.source(), controller.groups());
    save(loaded);
    return loaded;
  }

  /** What was found, and how much it is worth. */
  record Learned(RankingCoefficients coefficients, Finding finding) {}

  /** Searches; the best so far is in the file all the time. */
  Learned search(RankingTrials trials) {
    options.save().ifPresent(RankingFile::requireSavable);
    double level = level();
    TrainingState state = controller.model().session().state();
    Map<String, Tensor> before = new LinkedHashMap<>();
    state.byName().keySet().forEach(name -> before.put(name, state.read(name)));
    RankingSearch.Result result =
        RankingSearch.search(
            spreads(),
            options.search(),
            candidate -> {
              controller.ranking().setCoefficients(candidate);
              controller.setLevel(level);
              try {
                return trials.trial().loss(controller.model().session(), options.trainSteps());
              } finally {
                state.clearGradients();
                before.forEach(state::write);
              }
            },
            this::save);
    controller.setLevel(0);
    return new Learned(
        result.best(),
        Finding.information(
            "learned-ranking",
            String.format(
                Locale.ROOT,
                "of %d rankings tried at level %.3f the best has a loss of %.4f, importance as it is"
                    + " one of %.4f",
                options.search().generations(),
                level,
                result.loss(),
                result.lossOfIdentity())));
  }

  private void save(RankingCoefficients coefficients) {
    options.save().ifPresent(file -> file.save(coefficients.toJson(controller.groups())));
  }

  private double level() {
    double most = controller.maximalRate() - MARGIN;
    if (options.maxPruning() <= most) {
      return options.maxPruning();
    }
    if (options.demandsLevel()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "legr_params.max_pruning (filter_pruning): found %s; at most %.3f can be reached with"
                  + " the groups that may be pruned",
              options.maxPruning(),
              roundedDown(most)));
    }
    return most;
  }

  /** To three digits, so that what is printed can be reached. */
  private static double roundedDown(double share) {
    return Math.floor(share * 1000) / 1000;
  }

  /** For each group how far the importance of its units lies apart. */
  private Map<String, Double> spreads() {
    controller.ranking().setCoefficients(RankingCoefficients.identity(keys));
    Map<ChannelUnit, Double> importance = controller.ranking().importance();
    Map<String, Double> spreads = new LinkedHashMap<>();
    for (int index = 0; index < keys.size(); index++) {
      ChannelGroup group = controller.groups().get(index);
      double[] values =
          group.units().stream().mapToDouble(unit -> importance.getOrDefault(unit, 0.0)).toArray();
      double mean = java.util.Arrays.stream(values).average().orElse(0);
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      spreads.put(keys.get(index), Math.sqrt(squares / values.length));
    }
    return spreads;
  }
}
