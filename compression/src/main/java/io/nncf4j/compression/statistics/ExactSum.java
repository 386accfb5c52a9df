package io.nncf4j.compression.statistics;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The exact sum of any number of finite floats, and so independent of their order.
 *
 * <p>A fixed-point number with the weight of the smallest subnormal float as its unit, kept in
 * limbs of 32 bits with room for carries in longs: the "superaccumulator" of Kulisch. Rounding
 * happens once, in {@link #value}.
 */
public final class ExactSum implements Statistic<ExactSum> {
  /** 277 bits hold the largest float in units of the smallest, and 64 more any number of them. */
  private static final int LIMBS = 12;

  private static final long LIMB_MASK = 0xFFFF_FFFFL;
  private static final int ADDITIONS_BEFORE_CARRY = 1 << 30;
  private static final int UNIT_EXPONENT = -149;

  private final long[] limbs = new long[LIMBS];
  private int additions;

  /**
   * Adds one value.
   *
   * @throws ArithmeticException when {@code value} is NaN or infinite; callers check and count
   *     those
   */
  public void add(float value) {
    if (!Float.isFinite(value)) {
      throw new ArithmeticException("An exact sum takes finite values only; found " + value);
    }
    int bits = Float.floatToRawIntBits(value);
    int exponent = (bits >>> 23) & 0xFF;
    long mantissa = bits & 0x7F_FFFF;
    int shift = 0;
    if (exponent > 0) {
      mantissa |= 0x80_0000;
      shift = exponent - 1;
    }
    long placed = mantissa << (shift & 31);
    int limb = shift >>> 5;
    if (bits < 0) {
      limbs[limb] -= placed & LIMB_MASK;
      limbs[limb + 1] -= placed >>> 32;
    } else {
      limbs[limb] += placed & LIMB_MASK;
      limbs[limb + 1] += placed >>> 32;
    }
    if (++additions == ADDITIONS_BEFORE_CARRY) {
      carry();
    }
  }

  @Override
  public void merge(ExactSum other) {
    carry();
    long[] carried = other.limbs.clone();
    carry(carried);
    for (int limb = 0; limb < LIMBS; limb++) {
      limbs[limb] += carried[limb];
    }
    carry();
  }

  private void carry() {
    carry(limbs);
    additions = 0;
  }

  /** Brings every limb but the last, which holds the sign, between 0 and 2^32. */
  private static void carry(long[] limbs) {
    for (int limb = 0; limb < LIMBS - 1; limb++) {
      limbs[limb + 1] += limbs[limb] >> 32;
      limbs[limb] &= LIMB_MASK;
    }
  }

  /** The sum, rounded once to the nearest double. */
  public double value() {
    long[] carried = limbs.clone();
    carry(carried);
    boolean negative = carried[LIMBS - 1] < 0;
    if (negative) {
      for (int limb = 0; limb < LIMBS; limb++) {
        carried[limb] = -carried[limb];
      }
      carry(carried);
    }
    int top = LIMBS - 1;
    while (top > 1 && carried[top] == 0) {
      top--;
    }
    double magnitude = Math.scalb(leadingBits(carried, top), 32 * (top - 1) + UNIT_EXPONENT);
    return negative ? -magnitude : magnitude;
  }

  /**
   * Limbs {@code top} and {@code top - 1} as an integer, with the fraction that those below make,
   * rounded: 63 bits, the last of which stands for all that lie behind it, are more than a double
   * keeps.
   */
  private static double leadingBits(long[] limbs, int top) {
    long bits = limbs[top] << 32 | limbs[top - 1];
    if (bits == 0) {
      return 0;
    }
    long below = top > 1 ? limbs[top - 2] << 32 : 0;
    int shift = Long.numberOfLeadingZeros(bits);
    if (shift > 0) {
      bits = bits << shift | below >>> (64 - shift);
    }
    boolean inexact = below << shift != 0;
    for (int limb = top - 3; limb >= 0; limb--) {
      inexact |= limbs[limb] != 0;
    }
    long rounded = bits >>> 1 | bits & 1 | (inexact ? 1 : 0);
    return Math.scalb((double) rounded, 1 - shift);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof ExactSum that)) {
      return false;
    }
    long[] mine = limbs.clone();
    long[] theirs = that.limbs.clone();
    carry(mine);
    carry(theirs);
    return Arrays.equals(mine, theirs);
  }

  @Override
  public int hashCode() {
    long[] carried = limbs.clone();
    carry(carried);
    return Arrays.hashCode(carried);
  }

  @Override
  public String toString() {
    return Double.toString(value());
  }
}
