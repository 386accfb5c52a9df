package io.nncf4j.core.record;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Times the stages of a run. A stage that runs several times is summed. Not for stages within
 * stages, nor for several threads.
 */
public final class StageClock {
  private final long start = System.nanoTime();
  private final Map<String, Double> stages = new LinkedHashMap<>();

  /** Runs {@code work} and counts its time for {@code stage}. */
  public <T> T time(String stage, Supplier<T> work) {
    long begin = System.nanoTime();
    try {
      return work.get();
    } finally {
      stages.merge(stage, (System.nanoTime() - begin) / 1e9, Double::sum);
    }
  }

  /** Like {@link #time(String, Supplier)}, for work without a result. */
  public void run(String stage, Runnable work) {
    time(
        stage,
        () -> {
          work.run();
          return true;
        });
  }

  /** What was timed so far; the total reaches from the clock's making to now. */
  public Seconds seconds() {
    return new Seconds((System.nanoTime() - start) / 1e9, stages);
  }
}
