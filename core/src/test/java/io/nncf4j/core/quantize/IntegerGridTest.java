package io.nncf4j.core.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whole tensors must get the codes and values that single elements get. */
class IntegerGridTest {
  private static final int ROWS = 3;
  private static final int INNER = 37;

  @Property(tries = 200)
  void codesAndRealsOfATensorAreThoseOfItsElements(
      @ForAll long seed, @ForAll boolean signed, @ForAll @IntRange(min = 0, max = 2) int axis) {
    Random random = new Random(seed);
    long[] shape = {2, ROWS, INNER};
    int channels = (int) shape[axis];
    DataType type = signed ? DataType.INT8 : DataType.UINT8;
    float[] scales = new float[channels];
    byte[] zeroPoints = new byte[channels];
    for (int channel = 0; channel < channels; channel++) {
      scales[channel] = (float) Math.exp(4 * random.nextGaussian());
      zeroPoints[channel] = (byte) (signed && random.nextBoolean() ? 0 : random.nextInt(256));
    }
    Tensor scale = Tensor.ofFloats(scales, channels);
    Tensor zeroPoint = Tensor.ofBytes(type, zeroPoints, channels);
    IntegerGrid grid =
        random.nextBoolean()
            ? IntegerGrid.full(scale, zeroPoint)
            : IntegerGrid.narrow(scale, zeroPoint);
    float[] reals = new float[2 * ROWS * INNER];
    for (int index = 0; index < reals.length; index++) {
      float step = scales[channel(index, axis)];
      // Many lie exactly between two codes, some far outside.
      reals[index] =
          switch (random.nextInt(8)) {
            case 0 -> (float) random.nextGaussian() * 1e9f;
            case 1 -> Float.NaN;
            case 2 -> Float.NEGATIVE_INFINITY;
            case 3, 4 -> (random.nextInt(600) - 300 + 0.5f) * step;
            default -> (float) random.nextGaussian() * 200 * step;
          };
    }
    Tensor codes = grid.quantize(Tensor.ofFloats(reals, shape), axis);
    Tensor back = grid.dequantize(codes, axis);
    for (int index = 0; index < reals.length; index++) {
      int channel = channel(index, axis);
      assertThat(codes.longAt(index)).isEqualTo(grid.code(reals[index], channel));
      assertThat(back.floatAt(index)).isEqualTo(grid.real(codes.longAt(index), channel));
    }
  }

  private static int channel(int index, int axis) {
    return switch (axis) {
      case 0 -> index / INNER / ROWS;
      case 1 -> index / INNER % ROWS;
      default -> index % INNER;
    };
  }
}
