package io.nncf4j.benchmarks.training;

import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.data.image.Augmentation;
import io.nncf4j.data.source.ImageSource;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import io.nncf4j.learning.LearningRateSchedule;
import io.nncf4j.learning.Losses;
import io.nncf4j.learning.TrainingStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Epochs over the training pictures of CIFAR-10: cosine schedule, random crop and flip. */
final class CifarTraining {
  private final Path data;
  private final int epochs;
  private final long seed;
  private final int batchSize;
  private final double rate;

  CifarTraining(Path data, int epochs, long seed, int batchSize, double rate) {
    this.data = data;
    this.epochs = epochs;
    this.seed = seed;
    this.batchSize = batchSize;
    this.rate = rate;
  }

  void run(String name, TrainingStep training) {
    try (SampleSource source = DatasetDescription.read(data.resolve("train.yaml")).open()) {
      long perEpoch = source.size() / batchSize;
      LearningRateSchedule schedule = LearningRateSchedule.cosine(rate, 0, perEpoch * epochs);
      long start = System.nanoTime();
      long step = 0;
      double recent = 0;
      for (int epoch = 0; epoch < epochs; epoch++) {
        ImageSource pictures =
            ((ImageSource) source).augmented(new Augmentation(4, true, seed), epoch);
        LoaderOptions options =
            LoaderOptions.defaults().withBatchSize(batchSize).withDropLast(true);
        try (BatchLoader loader =
            new BatchLoader(pictures.shuffled(seed * 1000 + epoch), options)) {
          for (Batch batch : loader) {
            try (batch) {
              training.optimizer().setLearningRate(schedule.at(step));
              double loss = step(training, batch);
              recent = step == 0 ? loss : 0.98 * recent + 0.02 * loss;
            }
            step++;
            if (step % 100 == 0) {
              System.out.printf(
                  Locale.ROOT,
                  "%s: step %d of %d, loss %.4f, %.0f ms a step, memory %d MB%n",
                  name,
                  step,
                  perEpoch * epochs,
                  recent,
                  (System.nanoTime() - start) / 1e6 / step,
                  residentMegabytes());
            }
          }
        }
      }
      System.out.printf(
          Locale.ROOT,
          "%s: %d epochs in %.0f s, loss %.4f%n",
          name,
          epochs,
          (System.nanoTime() - start) / 1e9,
          recent);
    }
  }

  private static double step(TrainingStep training, Batch batch) {
    String input = training.session().inputs().get(0).name();
    long[] labels = CifarPictures.labels(batch);
    try (org.bytedeco.pytorch.Tensor truth =
        TensorExchange.copyToTorch(Tensor.ofLongs(labels, labels.length))) {
      return training.run(
          Map.of(input, batch.input()), outputs -> Losses.crossEntropy(outputs.first(), truth));
    }
  }

  /** Memory of this process from the Linux kernel, or 0 where there is none. */
  static long residentMegabytes() {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
