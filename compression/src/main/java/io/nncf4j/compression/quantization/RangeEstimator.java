package io.nncf4j.compression.quantization;

/** How the range of an activation follows from the samples. Weights always take their extremes. */
public enum RangeEstimator {
  /** Smallest and largest value over all samples. */
  MIN_MAX,
  /** Mean over samples of each sample's smallest and largest value: single outliers count less. */
  MEAN_MIN_MAX
}
