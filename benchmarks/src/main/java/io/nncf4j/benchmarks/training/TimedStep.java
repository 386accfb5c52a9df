package io.nncf4j.benchmarks.training;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import io.nncf4j.learning.Losses;
import io.nncf4j.learning.TrainingStep;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

/** One step of training a classifier on noise, to be timed. */
final class TimedStep {
  private TimedStep() {}

  static void run(TrainingStep step, Tensor pictures) {
    long[] labels = new long[(int) pictures.dimension(0)];
    Arrays.setAll(labels, index -> index % 10);
    String input = step.session().inputs().get(0).name();
    try (org.bytedeco.pytorch.Tensor truth =
        TensorExchange.copyToTorch(Tensor.ofLongs(labels, labels.length))) {
      double loss =
          step.run(Map.of(input, pictures), outputs -> Losses.crossEntropy(outputs.first(), truth));
      if (!Double.isFinite(loss)) {
        throw new NncfException("The loss is " + loss);
      }
    }
  }

  /** Pictures of three channels, values in [-1, 1). */
  static Tensor noise(long seed, int batch, int size) {
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer bytes = Tensor.allocateDirect(DataType.FLOAT32, 3L * batch * size * size);
    for (int at = 0; at < bytes.capacity(); at += 4) {
      bytes.putFloat(at, (float) (2 * random.nextDouble() - 1));
    }
    return Tensor.of(DataType.FLOAT32, new long[] {batch, 3, size, size}, bytes);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
