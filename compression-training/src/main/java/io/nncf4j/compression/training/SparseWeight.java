package io.nncf4j.compression.training;

import io.nncf4j.engines.libtorch.TrainingState;

/**
 * A weight with its mask.
 *
 * @param layer the node that reads it first
 * @param weight name of the constant
 * @param mask name of its mask, or of the mask's logits
 * @param isLearned whether the mask follows from logits
 */
record SparseWeight(String layer, String weight, String mask, boolean isLearned) {
  /** The mask of now: 1 where the weight is kept, else 0. */
  float[] kept(TrainingState state) {
    float[] values = state.read(mask).toFloats();
    return isLearned ? StripMasks.ofLogits(values) : values;
  }
}
