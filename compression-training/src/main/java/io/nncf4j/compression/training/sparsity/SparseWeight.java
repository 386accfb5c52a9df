package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.training.masks.MaskedLayer;
import io.nncf4j.compression.training.masks.StripMasks;
import io.nncf4j.engines.libtorch.TrainingState;

/**
 * A weight with its mask.
 *
 * @param layer the node that reads it first
 * @param weight name of the constant
 * @param mask name of its mask, or of the mask's logits
 * @param isLearned whether the mask follows from logits
 */
record SparseWeight(String layer, String weight, String mask, boolean isLearned)
    implements MaskedLayer {
  @Override
  public float[] kept(TrainingState state) {
    float[] values = state.read(mask).toFloats();
    return isLearned ? StripMasks.ofLogits(values) : values;
  }
}
