package io.nncf4j.compression.training;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Dataset;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import io.nncf4j.layers.Activation;
import io.nncf4j.layers.BatchNormalization;
import io.nncf4j.layers.Convolution;
import io.nncf4j.layers.GraphBuilder;
import io.nncf4j.layers.Linear;
import io.nncf4j.layers.Pooling;
import io.nncf4j.layers.Residual;
import io.nncf4j.layers.Sequential;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** A small residual network with batch-norm, and pictures whose class is their brightest corner. */
public final class SmallNetwork {
  private static final int SIZE = 8;
  private static final int BATCH = 16;

  private SmallNetwork() {}

  /** Some pictures [N, 3, 8, 8] and their classes. */
  public record Labelled(Tensor images, long[] labels) {
    public org.bytedeco.pytorch.Tensor targets() {
      return TensorExchange.copyToTorch(Tensor.ofLongs(labels, labels.length));
    }
  }

  public static Model model() {
    return GraphBuilder.network(
        "small",
        1,
        "x",
        Shape.of(
            Dimension.symbol("batch"), Dimension.of(3), Dimension.of(SIZE), Dimension.of(SIZE)),
        Sequential.of(
            Convolution.of("conv1", 3, 8, 3),
            BatchNormalization.of("bn1", 8),
            Activation.RELU,
            new Residual(
                Sequential.of(Convolution.of("conv2", 8, 8, 3), BatchNormalization.of("bn2", 8)),
                Residual.IDENTITY),
            Activation.RELU,
            Pooling.globalAverage(),
            new Linear("fc", 8, 4)),
        "logits");
  }

  public static Labelled batch(long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[BATCH * 3 * SIZE * SIZE];
    long[] labels = new long[BATCH];
    for (int picture = 0; picture < BATCH; picture++) {
      int corner = random.nextInt(4);
      labels[picture] = corner;
      for (int at = 0; at < 3 * SIZE * SIZE; at++) {
        int x = at % SIZE;
        int y = at / SIZE % SIZE;
        boolean bright = x / 4 + 2 * (y / 4) == corner && at / (SIZE * SIZE) == corner % 3;
        pixels[picture * 3 * SIZE * SIZE + at] =
            (float) (random.nextGaussian() * 0.5 + (bright ? 2 : 0));
      }
    }
    return new Labelled(Tensor.ofFloats(pixels, BATCH, 3, SIZE, SIZE), labels);
  }

  public static CalibrationSamples samples(int count) {
    List<Map<String, Tensor>> inputs =
        IntStream.range(0, count)
            .mapToObj(
                index -> {
                  float[] all = batch(100 + index).images().toFloats();
                  float[] one = java.util.Arrays.copyOf(all, 3 * SIZE * SIZE);
                  return Map.of("x", Tensor.ofFloats(one, 1, 3, SIZE, SIZE));
                })
            .toList();
    return CalibrationSamples.of(new Dataset<>(inputs, each -> each), count);
  }
}
