package io.nncf4j.compression.training.masks;

import io.nncf4j.engines.libtorch.TrainingState;

/** A layer whose weight has a mask. */
public interface MaskedLayer {
  /** The node that reads the weight first. */
  String layer();

  /** Name of the constant. */
  String weight();

  /** The mask of now, element by element: 1 where the weight is kept, else 0. */
  float[] kept(TrainingState state);
}
