package io.nncf4j.compression.quantization.plan;

import io.nncf4j.core.InputException;
import java.util.Comparator;
import java.util.Locale;

/**
 * What a uniform quantizer is, before its range is known.
 *
 * @param bits width, 2 to 16
 * @param mode symmetric (the range mirrors around zero, or starts at zero when unsigned) or
 *     asymmetric (any range that holds zero)
 * @param signedness for symmetric quantizers: whether negative levels exist is forced, or follows
 *     from the data
 * @param perChannel one range for each channel instead of one for the tensor
 * @param narrowRange the most negative level is left out, so that levels mirror exactly
 */
public record Quantizer(
    int bits, Mode mode, Signedness signedness, boolean perChannel, boolean narrowRange) {
  /** Order among equals: more bits, then per tensor, then symmetric. */
  public static final Comparator<Quantizer> PREFERENCE =
      Comparator.comparingInt(Quantizer::bits)
          .reversed()
          .thenComparing(Quantizer::perChannel)
          .thenComparing(Quantizer::mode);

  /** How the range lies around zero. */
  public enum Mode {
    SYMMETRIC,
    ASYMMETRIC
  }

  /** Whether the sign of the range is decided already. */
  public enum Signedness {
    FREE,
    SIGNED,
    UNSIGNED
  }

  public Quantizer {
    if (bits < 2 || bits > 16) {
      throw new InputException("A quantizer has 2 to 16 bits; found " + bits);
    }
  }

  public static Quantizer symmetric(int bits) {
    return new Quantizer(bits, Mode.SYMMETRIC, Signedness.FREE, false, false);
  }

  public static Quantizer asymmetric(int bits) {
    return new Quantizer(bits, Mode.ASYMMETRIC, Signedness.FREE, false, false);
  }

  /** Signed, symmetric, narrow: what weights usually take. */
  public static Quantizer weight(int bits, boolean perChannel) {
    return new Quantizer(bits, Mode.SYMMETRIC, Signedness.SIGNED, perChannel, true);
  }

  public Quantizer withPerChannel(boolean newPerChannel) {
    return new Quantizer(bits, mode, signedness, newPerChannel, narrowRange);
  }

  public Quantizer withMode(Mode newMode) {
    return new Quantizer(bits, newMode, signedness, perChannel, narrowRange);
  }

  public Quantizer withSignedness(Signedness newSignedness) {
    return new Quantizer(bits, mode, newSignedness, perChannel, narrowRange);
  }

  public Quantizer withNarrowRange(boolean newNarrowRange) {
    return new Quantizer(bits, mode, signedness, perChannel, newNarrowRange);
  }

  public boolean isSymmetric() {
    return mode == Mode.SYMMETRIC;
  }

  /** True when a tensor quantized like this can be quantized again as {@code other}. */
  public boolean isValidRequantizationFor(Quantizer other) {
    boolean refused =
        bits > other.bits
            || (!isSymmetric() && other.isSymmetric())
            || (signedness == Signedness.FREE && other.signedness != Signedness.FREE)
            || (signedness == Signedness.SIGNED && other.signedness == Signedness.UNSIGNED)
            || narrowRange != other.narrowRange;
    return !refused;
  }

  /** True when a quantizer {@code downstream} of one like this changes nothing any more. */
  public boolean makesRedundant(Quantizer downstream) {
    return bits == downstream.bits
        && (mode == downstream.mode || isSymmetric())
        && (perChannel == downstream.perChannel || !perChannel)
        && narrowRange == downstream.narrowRange;
  }

  /** Number of levels: 2^bits, one less for a narrow range. */
  public int levels() {
    return (1 << bits) - (narrowRange ? 1 : 0);
  }

  /** Such as {@code 8-bit symmetric signed per-channel narrow}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(bits).append("-bit ").append(mode.name().toLowerCase(Locale.ROOT));
    if (signedness != Signedness.FREE) {
      text.append(' ').append(signedness.name().toLowerCase(Locale.ROOT));
    }
    text.append(perChannel ? " per-channel" : " per-tensor");
    return narrowRange ? text.append(" narrow").toString() : text.toString();
  }
}
