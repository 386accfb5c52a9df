package io.nncf4j.core.record;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The range that a value was given.
 *
 * @param value name of the value or weight
 * @param low lowest number that the quantizer keeps; over all channels
 * @param high highest number
 * @param observedLow lowest number that was seen; absent for weights that were not observed
 * @param observedHigh highest number seen
 * @param channels how many ranges there are: 1 for one range for the tensor
 */
public record RangeRecord(
    String value,
    @Nullable Double low,
    @Nullable Double high,
    @Nullable Double observedLow,
    @Nullable Double observedHigh,
    int channels) {
  public RangeRecord {
    Objects.requireNonNull(value, "value");
    low = Numbers.finiteOrNull(low);
    high = Numbers.finiteOrNull(high);
    observedLow = Numbers.finiteOrNull(observedLow);
    observedHigh = Numbers.finiteOrNull(observedHigh);
  }
}
