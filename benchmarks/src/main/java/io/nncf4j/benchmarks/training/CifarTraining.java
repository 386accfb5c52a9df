package io.nncf4j.benchmarks.training;

import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.data.image.Augmentation;
import io.nncf4j.data.source.ImageSource;
import io.nncf4j.learning.LearningRateSchedule;
import io.nncf4j.learning.TrainingStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Epochs over the training pictures of CIFAR-10: cosine schedule, random crop and flip. */
final class CifarTraining {
  /** What else happens in a run. */
  interface Company {
    Company NONE = new Company() {};

    /** Added to the loss, asked for after the forward pass. */
    default Optional<org.bytedeco.pytorch.Tensor> loss() {
      return Optional.empty();
    }

    /** Steps that an earlier run has done. */
    default long done() {
      return 0;
    }

    /** Steps of the whole run at most; the schedule ends with them. */
    default long most() {
      return Long.MAX_VALUE;
    }

    /** Called after each step with the number of steps done. */
    default void after(long steps) {}
  }

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
    run(name, training, Company.NONE);
  }

  void run(String name, TrainingStep training, Company company) {
    try (SampleSource source = DatasetDescription.read(data.resolve("train.yaml")).open()) {
      long perEpoch = source.size() / batchSize;
      long all = Math.min(perEpoch * epochs, company.most());
      LearningRateSchedule schedule = LearningRateSchedule.cosine(rate, 0, all);
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
            if (step == all) {
              break;
            }
            if (step < company.done()) {
              batch.close();
              step++;
              continue;
            }
            try (batch) {
              training.optimizer().setLearningRate(schedule.at(step));
              double loss = step(training, batch, company);
              recent = step == company.done() ? loss : 0.98 * recent + 0.02 * loss;
            }
            step++;
            company.after(step);
            if (step % 100 == 0) {
              System.out.printf(
                  Locale.ROOT,
                  "%s: step %d of %d, loss %.4f, %.0f ms a step, memory %d MB%n",
                  name,
                  step,
                  all,
                  recent,
                  (System.nanoTime() - start) / 1e6 / (step - company.done()),
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

  private static double step(TrainingStep training, Batch batch, Company company) {
    String input = training.session().inputs().get(0).name();
    return training.runClassifier(
        Map.of(input, batch.input()), CifarPictures.labels(batch), company::loss);
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
