package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WeightScaleSearchTest {
  private static IntegerGrid widest(Tensor weight) {
    float[] scales = new float[(int) weight.dimension(0)];
    int row = weight.size() / scales.length;
    for (int index = 0; index < weight.size(); index++) {
      int channel = index / row;
      scales[channel] = Math.max(scales[channel], Math.abs(weight.floatAt(index)) / 127);
    }
    return IntegerGrid.narrow(
        Tensor.ofFloats(scales, scales.length),
        Tensor.ofDoubles(DataType.INT8, new double[scales.length], scales.length));
  }

  private static double error(Tensor weight, IntegerGrid grid) {
    Tensor back = grid.dequantize(grid.quantize(weight, 0), 0);
    double error = 0;
    for (int index = 0; index < weight.size(); index++) {
      double difference = weight.doubleAt(index) - back.doubleAt(index);
      error += difference * difference;
    }
    return error;
  }

  @Property(tries = 50)
  void isNeverWorse(@ForAll long seed) {
    Random random = new Random(seed);
    float[] values = new float[3 * 20];
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) random.nextGaussian();
    }
    Tensor weight = Tensor.ofFloats(values, 3, 20);
    IntegerGrid before = widest(weight);
    assertThat(error(weight, WeightScaleSearch.search(weight, 0, before)))
        .isLessThanOrEqualTo(error(weight, before) * (1 + 1e-6));
  }

  @Property(tries = 50)
  void findsTheGridThatWeightsLieOn(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 127) int m) {
    Random random = new Random(seed);
    float[] values = new float[40];
    for (int index = 0; index < values.length; index++) {
      values[index] = (random.nextInt(2 * m + 1) - m) * 0.0371f;
    }
    values[7] = m * 0.0371f;
    Tensor weight = Tensor.ofFloats(values, 1, 40);
    IntegerGrid found = WeightScaleSearch.search(weight, 0, widest(weight));
    assertThat(error(weight, found)).isLessThan(1e-8 * m * m);
  }
}
