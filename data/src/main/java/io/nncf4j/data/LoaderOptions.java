package io.nncf4j.data;

import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * How batches are prepared.
 *
 * @param batchSize samples a batch
 * @param threads threads that decode and prepare beside the consumer
 * @param batchesAhead batches that may wait, ready or in the making, for the consumer
 * @param dropLast leave out a last batch that is not full
 */
public record LoaderOptions(int batchSize, int threads, int batchesAhead, boolean dropLast) {
  public LoaderOptions {
    List<String> problems = new ArrayList<>();
    check(problems, "batch size", batchSize, 1, 65_536);
    check(problems, "threads", threads, 1, 256);
    check(problems, "batches ahead", batchesAhead, 1, 1024);
    if (!problems.isEmpty()) {
      throw new InputException(String.join("\n", problems));
    }
  }

  /** One sample a batch, one thread, which keeps up to four batches ready. */
  public static LoaderOptions defaults() {
    return new LoaderOptions(1, 1, 4, false);
  }

  public LoaderOptions withBatchSize(int other) {
    return new LoaderOptions(other, threads, batchesAhead, dropLast);
  }

  public LoaderOptions withThreads(int other) {
    return new LoaderOptions(batchSize, other, batchesAhead, dropLast);
  }

  public LoaderOptions withBatchesAhead(int other) {
    return new LoaderOptions(batchSize, threads, other, dropLast);
  }

  public LoaderOptions withDropLast(boolean other) {
    return new LoaderOptions(batchSize, threads, batchesAhead, other);
  }

  private static void check(List<String> problems, String what, int value, int least, int most) {
    if (value < least || value > most) {
      problems.add("%s must be from %d to %d, found %d".formatted(what, least, most, value));
    }
  }
}
