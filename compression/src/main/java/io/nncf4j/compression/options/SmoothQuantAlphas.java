package io.nncf4j.compression.options;

import io.nncf4j.core.InputException;

/**
 * How much of the outliers of activations SmoothQuant moves into weights: 0 moves none, 1 all. A
 * negative number switches it off.
 *
 * @param convolution for convolutions
 * @param matmul for matrix products
 */
public record SmoothQuantAlphas(double convolution, double matmul) {
  /** Does nothing. */
  public static final SmoothQuantAlphas OFF = new SmoothQuantAlphas(-1, -1);

  public SmoothQuantAlphas {
    if (!(convolution <= 1) || !(matmul <= 1)) {
      throw new InputException(
          "SmoothQuant's alphas lie between 0 and 1, or below 0 to switch it off; found "
              + convolution
              + " for convolutions and "
              + matmul
              + " for matrix products");
    }
  }

  /** Matrix products only, half: what was measured to be best for transformers. */
  public static SmoothQuantAlphas defaults() {
    return new SmoothQuantAlphas(-1, 0.5);
  }

  public boolean isOff() {
    return convolution < 0 && matmul < 0;
  }
}
