package io.nncf4j.cli.train;

import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.training.sparsity.MovementOptions;
import io.nncf4j.compression.training.sparsity.MovementSparsityAlgorithm;
import io.nncf4j.core.Finding;
import java.util.List;
import java.util.Locale;

/** Compares the steps of an epoch that movement sparsity is told with those that there are. */
final class MovementSteps {
  private MovementSteps() {}

  /**
   * A warning where they differ.
   *
   * @param real steps of each epoch
   */
  static List<Finding> check(NNCFConfig config, int real) {
    return config
        .algorithm(MovementSparsityAlgorithm.NAME)
        .map(MovementOptions::of)
        .filter(options -> options.stepsPerEpoch() > 0 && options.stepsPerEpoch() != real)
        .map(options -> List.of(warning(options, real)))
        .orElse(List.of());
  }

  private static Finding warning(MovementOptions options, int real) {
    long first = (long) options.start() * options.stepsPerEpoch();
    long last = (long) options.end() * options.stepsPerEpoch();
    return Finding.warning(
        "other-steps-per-epoch",
        "movement_sparsity.params.steps_per_epoch is "
            + options.stepsPerEpoch()
            + ", and an epoch has "
            + real
            + " steps: the warm-up is in epochs "
            + epoch(first, real)
            + " to "
            + epoch(last, real)
            + " of the run, not "
            + options.start()
            + " to "
            + options.end()
            + "; leave it out or give "
            + real);
  }

  /** One digit behind the point. */
  private static String epoch(long step, int steps) {
    return String.format(Locale.ROOT, "%.1f", (double) step / steps);
  }
}
