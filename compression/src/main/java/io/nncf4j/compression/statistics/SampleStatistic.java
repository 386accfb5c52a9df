package io.nncf4j.compression.statistics;

/** One number that sums up a tensor of one sample. */
public enum SampleStatistic {
  MIN,
  MAX,
  /** Largest magnitude. */
  ABS_MAX,
  MEAN,
  /** The value with a small share of the elements below it. */
  LOW_QUANTILE,
  /** The value with a small share of the elements above it. */
  HIGH_QUANTILE,
  /** The magnitude with a small share of the elements beyond it. */
  ABS_QUANTILE
}
