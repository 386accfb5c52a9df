package io.nncf4j.core.quantize;

/** How the gradient of a quantizer's range is defined: rounding has none of its own. */
public enum RangeGradient {
  /**
   * The derivative with rounding passed straight through; a value belongs to the range when it is
   * rounded to one of its levels. What PyTorch's learnable fake quantization computes.
   */
  STEP,
  /**
   * {@link #STEP}, with the range's gradient divided by {@code sqrt(values · highest code)}, so
   * that its steps fit those of the weights ("Learned Step Size Quantization", Esser et al. 2020).
   */
  SCALED_STEP,
  /**
   * NNCF's: a value belongs to the range when it lies inside, ends included, and the part of a
   * symmetric range's gradient that comes from there is taken for the width of the whole range,
   * about half of the derivative.
   */
  NNCF
}
