package io.nncf4j.cli.train;

import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.core.InputException;
import io.nncf4j.learning.ConfigurationDifferences;
import java.util.List;

/**
 * A checkpoint goes on with the configuration that it was made with, but for what changes nothing
 * of what it holds.
 */
final class ChangedConfiguration {
  /** What may be another whenever a run goes on: how long it is to be, and where it runs. */
  private static final List<String> FREE =
      List.of(
          "threads", "log_dir", "epochs", "accuracy_aware_training.params.maximal_total_epochs");

  /** What says nothing to a model that is measured or exported. */
  private static final List<String> FOR_TRAINING_ONLY =
      List.of("dataset", "batch_size", "steps_per_epoch", "seed", "augmentation");

  private ChangedConfiguration() {}

  /**
   * Compares the configuration of a checkpoint with the one of now.
   *
   * @param saved JSON text
   * @param trains whether the model is trained further
   * @throws InputException that names the keys that differ and must not
   */
  static void refuse(String saved, NNCFConfig now, boolean trains) {
    List<String> differences =
        ConfigurationDifferences.between(saved, now.toString()).stream()
            .filter(each -> counts(each.substring(0, each.indexOf(": ")), trains))
            .toList();
    if (!differences.isEmpty()) {
      throw new InputException(
          "The checkpoint was made with another configuration:\n  "
              + String.join("\n  ", differences)
              + "\nGo on with the configuration of then, or start anew with --weights; these may"
              + " differ: "
              + String.join(", ", FREE)
              + "; and to test or export: "
              + String.join(", ", FOR_TRAINING_ONLY));
    }
  }

  private static boolean counts(String path, boolean trains) {
    boolean isFree = isIn(FREE, path) || (!trains && isIn(FOR_TRAINING_ONLY, path));
    return !isFree && TrainSettings.reads(path.split("[.\\[]")[0]);
  }

  private static boolean isIn(List<String> keys, String path) {
    return keys.stream()
        .anyMatch(
            key -> path.equals(key) || path.startsWith(key + ".") || path.startsWith(key + "["));
  }
}
