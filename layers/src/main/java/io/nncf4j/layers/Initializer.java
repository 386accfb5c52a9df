package io.nncf4j.layers;

import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Fills the weights of a new layer. The same shape and seed give the same bytes. */
@FunctionalInterface
public interface Initializer {
  /**
   * @param shape shape of the weight; for convolutions [outputs, inputs / groups, kernel…], for
   *     linear layers [outputs, inputs]
   */
  Tensor create(long[] shape, long seed);

  static Initializer constant(float value) {
    return (shape, seed) -> {
      float[] values = new float[Tensor.elementCount(shape)];
      Arrays.fill(values, value);
      return Tensor.ofFloats(values, shape);
    };
  }

  /** Uniform in [-bound, bound). */
  static Initializer uniform(double bound) {
    return (shape, seed) -> {
      SplittableRandom random = new SplittableRandom(seed);
      float[] values = new float[Tensor.elementCount(shape)];
      for (int index = 0; index < values.length; index++) {
        values[index] = (float) ((2 * random.nextDouble() - 1) * bound);
      }
      return Tensor.ofFloats(values, shape);
    };
  }

  /** Normal with mean zero. */
  static Initializer normal(double deviation) {
    return (shape, seed) -> {
      SplittableRandom random = new SplittableRandom(seed);
      float[] values = new float[Tensor.elementCount(shape)];
      for (int index = 0; index < values.length; index++) {
        values[index] = (float) (gaussian(random) * deviation);
      }
      return Tensor.ofFloats(values, shape);
    };
  }

  /** Box and Muller's transform; one value of each pair is used. */
  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** "Delving Deep into Rectifiers" (He et al. 2015), normal, by the fan-out: sqrt(2 / fan). */
  static Initializer kaimingNormal() {
    return (shape, seed) -> normal(Math.sqrt(2.0 / fan(shape, 0))).create(shape, seed);
  }

  /** What PyTorch's layers start from: uniform, bound sqrt(1 / fan-in). */
  static Initializer kaimingUniform() {
    return (shape, seed) -> uniform(Math.sqrt(1.0 / fan(shape, 1))).create(shape, seed);
  }

  /** "Understanding the difficulty of training deep networks" (Glorot and Bengio 2010). */
  static Initializer xavierUniform() {
    return (shape, seed) ->
        uniform(Math.sqrt(6.0 / (fan(shape, 0) + fan(shape, 1)))).create(shape, seed);
  }

  /** Units on one side of the weight: outputs (axis 0) or inputs (axis 1), times the kernel. */
  private static double fan(long[] shape, int axis) {
    double fan = shape[axis];
    for (int index = 2; index < shape.length; index++) {
      fan *= shape[index];
    }
    return fan;
  }
}
