package io.nncf4j.compression.options;

/**
 * Which weights use half of their levels only, so that a 16-bit multiply-accumulate of two products
 * of eight bits cannot overflow, on processors that have no instruction with a 32-bit accumulator.
 */
public enum OverflowFix {
  /** All weights of convolutions and matrix products. */
  ENABLE,
  /** Those of the first quantized convolution behind each model input. */
  FIRST_LAYER,
  /** None. */
  DISABLE
}
