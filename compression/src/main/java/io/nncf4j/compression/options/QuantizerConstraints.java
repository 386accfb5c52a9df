package io.nncf4j.compression.options;

import org.jspecify.annotations.Nullable;

/**
 * What a user fixes about quantizers; null leaves the choice to the planner.
 *
 * @param bits width in bits
 * @param symmetric true for symmetric, false for asymmetric
 * @param signed true to force signed, false to force unsigned
 * @param perChannel true for one scale each channel, false for one each tensor
 * @param narrowRange whether the most negative level is left out
 */
public record QuantizerConstraints(
    @Nullable Integer bits,
    @Nullable Boolean symmetric,
    @Nullable Boolean signed,
    @Nullable Boolean perChannel,
    @Nullable Boolean narrowRange) {
  public static final QuantizerConstraints NONE =
      new QuantizerConstraints(null, null, null, null, null);
}
