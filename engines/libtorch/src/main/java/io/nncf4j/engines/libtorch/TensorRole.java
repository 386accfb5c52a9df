package io.nncf4j.engines.libtorch;

/** What a tensor of a {@link TrainingState} is for. */
public enum TensorRole {
  /** Changed by an optimizer along its gradient. */
  PARAMETER,
  /** Changed by the forward pass itself, such as the running statistics of batch-norm. */
  BUFFER,
  /** A parameter of compression, such as a quantizer's range or a mask. */
  COMPRESSION,
  /** Trained with the model but no part of it, such as a weight inside a loss. */
  EXTERNAL
}
