package io.nncf4j.compression.quantization;

/** How the range of an activation follows from the samples. Weights always take their extremes. */
public enum RangeEstimator {
  /**
   * Whichever of the others leaves the outputs of the quantized model nearest to the float ones.
   */
  MEASURED,
  /** Smallest and largest value over all samples. */
  MIN_MAX,
  /** Mean over samples of each sample's smallest and largest value: single outliers count less. */
  MEAN_MIN_MAX,
  /**
   * Smallest and largest value over all samples, but not further from zero than a little more than
   * the mean over samples: extremes that every sample comes near to count, and those of single
   * samples do not.
   */
  LIMITED_MIN_MAX
}
