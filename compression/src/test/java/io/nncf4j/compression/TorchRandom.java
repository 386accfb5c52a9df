package io.nncf4j.compression;

import io.nncf4j.core.tensor.Tensor;
import java.util.function.DoubleSupplier;

/**
 * Normal and uniform numbers as PyTorch and NumPy draw them on a CPU from a seed, so that tests can
 * build the models whose expected values others published.
 *
 * <p>Both draw from the Mersenne twister MT19937 (Matsumoto and Nishimura, 1998). PyTorch fills
 * tensors of sixteen and more elements with uniform numbers of 24 bits and turns them into normal
 * ones in blocks of sixteen (Box and Muller, 1958); smaller ones take numbers of 53 bits one by
 * one.
 */
public final class TorchRandom {
  private static final int SIZE = 624;
  private final int[] state = new int[SIZE];
  private int next = SIZE;
  private double kept = Double.NaN;

  public TorchRandom(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  private int bits() {
    if (next == SIZE) {
      for (int i = 0; i < SIZE; i++) {
        int y = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
        state[i] = state[(i + 397) % SIZE] ^ (y >>> 1) ^ ((y & 1) * 0x9908b0df);
      }
      next = 0;
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** {@code torch.rand}: 24 bits. */
  private float uniform() {
    return (bits() & 0xffffff) * 0x1p-24f;
  }

  private double uniformDouble() {
    long high = bits() & 0xffffffffL;
    long low = bits() & 0xffffffffL;
    return ((high << 32 | low) & ((1L << 53) - 1)) * 0x1p-53;
  }

  /** Draws as many uniform numbers as initialising a layer takes. */
  public TorchRandom skip(int count) {
    for (int i = 0; i < count; i++) {
      uniform();
    }
    return this;
  }

  /** {@code torch.randn}. */
  public Tensor normal(long... shape) {
    float[] values = new float[Tensor.elementCount(shape)];
    if (values.length < 16) {
      fill(values, this::normalDouble);
      return Tensor.ofFloats(values, shape);
    }
    fill(values, this::uniform);
    for (int start = 0; start + 16 <= values.length; start += 16) {
      boxMuller(values, start);
    }
    if (values.length % 16 != 0) {
      int start = values.length - 16;
      for (int i = start; i < values.length; i++) {
        values[i] = uniform();
      }
      boxMuller(values, start);
    }
    return Tensor.ofFloats(values, shape);
  }

  /** {@code numpy.random.rand}, as float32: the upper 53 bits of two draws. */
  public Tensor uniform(long... shape) {
    float[] values = new float[Tensor.elementCount(shape)];
    fill(values, () -> ((bits() >>> 5) * 67108864.0 + (bits() >>> 6)) / 9007199254740992.0);
    return Tensor.ofFloats(values, shape);
  }

  private static void fill(float[] values, DoubleSupplier numbers) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) numbers.getAsDouble();
    }
  }

  private double normalDouble() {
    if (!Double.isNaN(kept)) {
      double result = kept;
      kept = Double.NaN;
      return result;
    }
    double first = uniformDouble();
    double radius = Math.sqrt(-2 * Math.log1p(-uniformDouble()));
    kept = radius * Math.sin(2 * Math.PI * first);
    return radius * Math.cos(2 * Math.PI * first);
  }

  private static void boxMuller(float[] values, int start) {
    for (int i = start; i < start + 8; i++) {
      double radius = Math.sqrt(-2 * Math.log(1 - values[i]));
      double angle = 2 * Math.PI * values[i + 8];
      values[i] = (float) (radius * Math.cos(angle));
      values[i + 8] = (float) (radius * Math.sin(angle));
    }
  }
}
