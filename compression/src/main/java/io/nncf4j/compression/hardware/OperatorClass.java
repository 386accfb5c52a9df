package io.nncf4j.compression.hardware;

/** Kinds of operators as hardware sees them. */
public enum OperatorClass {
  CONVOLUTION,
  DEPTHWISE_CONVOLUTION,
  MATRIX_MULTIPLICATION,
  ADD,
  SUBTRACT,
  MULTIPLY,
  DIVIDE,
  MAXIMUM,
  MINIMUM,
  COMPARISON,
  FLOOR_MODULO,
  LOGICAL,
  POWER,
  AVERAGE_POOLING,
  NORMALIZE_L2,
  REDUCE_L2,
  REDUCE_MEAN,
  REDUCE_SUM,
  MEAN_VARIANCE_NORMALIZATION,
  GROUP_NORMALIZATION,
  INTERPOLATION,
  CONCATENATION,
  RECURRENT_SEQUENCE,
  SCALED_DOT_PRODUCT_ATTENTION,
  EMBEDDING,
  EMBEDDING_BAG,
  /**
   * Operators that only move, copy or select values: pooling by maximum, reshape, transpose, slice,
   * pad and such.
   */
  PASS_THROUGH
}
