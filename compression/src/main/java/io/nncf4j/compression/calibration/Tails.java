package io.nncf4j.compression.calibration;

/**
 * Shares of the elements of a sample that its quantiles leave outside.
 *
 * @param low share below the low quantile
 * @param high share above the high one
 */
public record Tails(double low, double high) {}
