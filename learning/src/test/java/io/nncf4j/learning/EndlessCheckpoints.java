package io.nncf4j.learning;

import io.nncf4j.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Writes one checkpoint after the other into the same file until it is killed. */
final class EndlessCheckpoints {
  static final int ELEMENTS = 200_000;

  private EndlessCheckpoints() {}

  public static void main(String[] arguments) {
    Path file = Path.of(arguments[0]);
    for (long step = 0; ; step++) {
      checkpoint(step).write(file);
    }
  }

  /** Every element is the step, so that a mixture of two files would show. */
  static Checkpoint checkpoint(long step) {
    float[] values = new float[ELEMENTS];
    Arrays.fill(values, step);
    return new Checkpoint(
        0,
        step,
        Map.of("w", Tensor.ofFloats(values, ELEMENTS)),
        Map.of("momenta.0", Tensor.ofFloats(values, ELEMENTS)),
        Tensor.vector(step),
        Map.of("configuration", "{}"));
  }
}
