package io.nncf4j.cli.train;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.learning.Checkpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a run goes on with the model that it began with: checkpoints hold what is trained,
 * and the teacher, frozen layers and the accuracy without compression come from the model.
 */
final class ModelFingerprint {
  /** Note of a checkpoint. */
  static final String NOTE = "model_fingerprint";

  private ModelFingerprint() {}

  /** A hash of all constants, their names and shapes. */
  static String of(Model model) {
    MessageDigest hash = sha256();
    new TreeMap<>(model.graph().constants())
        .forEach(
            (name, tensor) -> {
              hash.update((name + " " + tensor).getBytes(StandardCharsets.UTF_8));
              hash.update(tensor.data());
            });
    return HexFormat.of().formatHex(hash.digest(), 0, 16);
  }

  /**
   * @param weights file of the weights that the model was given; null for none
   * @throws InputException when the run of the checkpoint began with another model
   */
  static void require(Checkpoint saved, Model model, Path file, @Nullable Path weights) {
    String then = saved.notes().get(NOTE);
    if (then != null && !then.equals(of(model))) {
      throw new InputException(
          "The run of the checkpoint began with other weights than "
              + file
              + (weights == null ? "" : " with those of " + weights)
              + " has now. The teacher, frozen layers and the accuracy without compression come"
              + " from them: give the model of then, and with --weights the file that the run began"
              + " with");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
