package io.nncf4j.core.rewrite;

import io.nncf4j.core.pass.Pipeline;

/** The rewrites that every model goes through before it is compressed. */
public final class Normalization {
  private Normalization() {}

  /**
   * Types recorded, shapes and constants folded, no-ops and batch normalization gone, constants
   * once each. Applied to its own result it changes nothing.
   */
  public static Pipeline standard() {
    return Pipeline.of(
        "normalize",
        // Constants first, so that shapes that depend on them are known; then both again.
        FoldConstants.defaults(),
        new FoldShapes(),
        FoldConstants.defaults(),
        new FoldShapes(),
        new RemoveNoOperations(),
        new FoldBatchNormalization(),
        new FoldAffine(),
        new DeduplicateConstants(),
        new RemoveUnused());
  }

  /** As {@link #standard}, with batch normalization kept, for training. */
  public static Pipeline forTraining() {
    return Pipeline.of(
        "normalize-for-training",
        // Constants first, so that shapes that depend on them are known; then both again.
        FoldConstants.defaults(),
        new FoldShapes(),
        FoldConstants.defaults(),
        new FoldShapes(),
        new RemoveNoOperations(),
        new RemoveUnused());
  }
}
