package io.nncf4j.data;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Makes batches of a source on other threads while the consumer works on earlier ones.
 *
 * <pre>{@code
 * try (BatchLoader loader = new BatchLoader(source, LoaderOptions.defaults())) {
 *   for (Batch batch : loader) {
 *     try (batch) {
 *       …
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Batches come in the order of the source, whatever the number of threads. Broken samples are
 * left out, counted and named in {@link #findings}; when not one sample of a pass can be used, the
 * pass ends with an {@link InputException}. One pass at a time; a second iterator ends the first.
 */
public final class BatchLoader implements Iterable<Batch>, AutoCloseable {
  private final SampleSource source;
  private final LoaderOptions options;
  private final ExecutorService workers;
  private final BufferPool pool = new BufferPool();
  private final BrokenSamples broken = new BrokenSamples();
  private volatile Pass current = new Pass(0);

  /** The source stays the caller's: closing the loader does not close it. */
  public BatchLoader(SampleSource source, LoaderOptions options) {
    this.source = source;
    this.options = options;
    this.workers =
        Executors.newFixedThreadPool(
            options.threads(),
            task -> {
              Thread thread = new Thread(task, "batch-loader");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Number of samples that a pass goes through, broken ones included. */
  public int sampleCount() {
    return source.size();
  }

  /** Number of broken samples met in the latest pass so far. */
  public int brokenCount() {
    return broken.count();
  }

  /** Broken samples of the latest pass so far, in order: the first ones by name, then a count. */
  public List<Finding> findings() {
    return broken.findings();
  }

  /** Starts a new pass. */
  @Override
  public Iterator<Batch> iterator() {
    current.stopped = true;
    broken.clear();
    Pass pass = new Pass(source.size());
    current = pass;
    return pass;
  }

  /** Waits for the workers to end what they are in the middle of. */
  @Override
  public void close() {
    current.stopped = true;
    workers.shutdown();
    try {
      if (!workers.awaitTermination(5, TimeUnit.MINUTES)) {
        throw new NncfException("A loader's thread does not come to an end");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a worker hands over: a batch unless every sample was broken, and those that were. */
  private record Made(List<Batch> batch, List<BrokenSampleException> broken) {}

  private final class Pass implements Iterator<Batch> {
    private final int size;
    private final ArrayDeque<Future<Made>> ahead = new ArrayDeque<>();
    private final ArrayDeque<Batch> ready = new ArrayDeque<>();
    private int submitted;
    private int delivered;
    private volatile boolean stopped;

    Pass(int size) {
      this.size = size;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && !stopped) {
        submit();
        Future<Made> next = ahead.poll();
        if (next == null) {
          break;
        }
        Made made = await(next);
        broken.addAll(made.broken);
        ready.addAll(made.batch);
      }
      if (ready.isEmpty() && !stopped && delivered == 0 && broken.count() > 0) {
        throw broken.allBroken(size);
      }
      return !ready.isEmpty() && !stopped;
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Batch batch = ready.remove();
      delivered++;
      submit();
      return batch;
    }

    private void submit() {
      while (ahead.size() < options.batchesAhead() && submitted < size) {
        int from = submitted;
        int to = Math.min(size, from + options.batchSize());
        submitted = to;
        if (to - from < options.batchSize() && options.dropLast()) {
          return;
        }
        ahead.add(workers.submit(() -> make(from, to)));
      }
    }

    private Made make(int from, int to) {
      BatchBuilder builder = new BatchBuilder(pool, to - from);
      List<BrokenSampleException> failed = new ArrayList<>();
      for (int index = from; index < to && !stopped; index++) {
        try {
          builder.add(source.load(index, builder));
        } catch (BrokenSampleException failure) {
          failed.add(failure);
        }
      }
      return new Made(builder.isEmpty() ? List.of() : List.of(builder.build()), failed);
    }

    private Made await(Future<Made> next) {
      try {
        return next.get();
      } catch (ExecutionException failure) {
        stopped = true;
        if (failure.getCause() instanceof NncfException cause) {
          throw cause;
        }
        throw new NncfException("Loading a batch failed: " + failure.getCause(), failure);
      } catch (InterruptedException interrupted) {
        stopped = true;
        Thread.currentThread().interrupt();
        throw new NncfException("Interrupted while waiting for a batch", interrupted);
      }
    }
  }

  /** This loader as calibration data for a model with one input. */
  public Dataset<Batch> asDataset(String inputName) {
    return new Dataset<>(this, batch -> java.util.Map.of(inputName, input(batch)));
  }

  private static Tensor input(Batch batch) {
    return batch.input();
  }
}
