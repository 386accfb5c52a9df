package io.nncf4j.compression.config;

import io.nncf4j.compression.options.QuantizerConstraints;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of quantizers; empty leaves the choice to preset, device and calibration.
 *
 * @param symmetric whether the range is centred on zero
 * @param bits width in bits
 * @param signed whether levels lie below zero
 * @param perChannel one range a channel
 * @param ranges rules of range initialisation of their own
 */
public record QuantizerConfig(
    Optional<Boolean> symmetric,
    Optional<Integer> bits,
    Optional<Boolean> signed,
    Optional<Boolean> perChannel,
    List<RangeInitializer> ranges) {
  private static final int WIDEST = 16;

  static QuantizerConfig of(ConfigSection section) {
    return new QuantizerConfig(
        section.text("mode").map(mode -> mode.equals("symmetric")),
        section.integer("bits", 2, WIDEST),
        section.truth("signed"),
        section.truth("per_channel"),
        RangeInitializer.all(section.sectionOrEmpty("initializer")));
  }

  /** As constraints of a planner. */
  public QuantizerConstraints constraints() {
    return new QuantizerConstraints(
        bits.orElse(null),
        symmetric.orElse(null),
        signed.orElse(null),
        perChannel.orElse(null),
        null);
  }
}
