package io.nncf4j.data;

/**
 * Random numbers that depend on nothing but the given keys, such as seed, epoch and sample: so
 * neither the order of samples nor the number of threads changes them.
 *
 * <p>SplitMix64, Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014;
 * written out because the JDK does not promise an algorithm for its splittable generators.
 */
public final class RandomStream {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private RandomStream(long state) {
    this.state = state;
  }

  /** A stream for these keys; other keys, another stream. */
  public static RandomStream of(long... keys) {
    long state = 0;
    for (long key : keys) {
      state = mix(state + GOLDEN_GAMMA) ^ mix(key + GOLDEN_GAMMA);
    }
    return new RandomStream(mix(state));
  }

  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Uniform over 0 … bound-1; the bias of the multiplication is below 2^-32 of the bound. */
  public int nextInt(int bound) {
    return (int) Math.multiplyHigh(nextLong() >>> 1, 2L * bound);
  }

  public boolean nextBoolean() {
    return nextLong() < 0;
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
