package io.nncf4j.compression.training.sparsity;

import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TrainingState;
import io.nncf4j.engines.libtorch.operators.MovementMask;
import java.util.Arrays;

/**
 * A constant whose elements are kept by learned importance.
 *
 * @param name of the constant
 * @param scores name of its scores
 * @param shape of the constant
 * @param factors elements that a score stands for, along each dimension
 */
record ScoredConstant(String name, String scores, long[] shape, long[] factors) {
  /** More than training moves a score by. */
  private static final float FIXED = 1e6f;

  /** The shape of the scores. */
  long[] scoresShape() {
    long[] lengths = shape.clone();
    for (int dimension = 0; dimension < lengths.length; dimension++) {
      lengths[dimension] /= factors[dimension];
    }
    return lengths;
  }

  /** Elements that a score stands for. */
  long block() {
    return Arrays.stream(factors).reduce(1, Math::multiplyExact);
  }

  float[] kept(TrainingState state, double threshold) {
    return MovementMask.kept(values(state), (float) threshold, shape, factors);
  }

  /** The score of each element. */
  float[] spread(TrainingState state) {
    return MovementMask.spread(values(state), shape, factors);
  }

  float[] values(TrainingState state) {
    return state.read(scores).toFloats();
  }

  /** Fixes the mask of now for good. */
  void fix(TrainingState state, double threshold) {
    float[] kept =
        MovementMask.kept(values(state), (float) threshold, scoresShape(), onesLike(factors));
    for (int index = 0; index < kept.length; index++) {
      kept[index] = kept[index] == 0 ? -FIXED : FIXED;
    }
    state.write(scores, Tensor.ofFloats(kept, scoresShape()));
  }

  /** Keeps all elements for good. */
  void keepAll(TrainingState state) {
    float[] kept = new float[values(state).length];
    Arrays.fill(kept, FIXED);
    state.write(scores, Tensor.ofFloats(kept, scoresShape()));
  }

  private static long[] onesLike(long[] factors) {
    long[] ones = new long[factors.length];
    Arrays.fill(ones, 1);
    return ones;
  }
}
