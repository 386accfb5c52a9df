package io.nncf4j.compression.calibration;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.BrokenSampleException;
import io.nncf4j.data.BrokenSamples;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One pass of a float model over calibration samples.
 *
 * <p>Each worker decodes a sample and runs it in a session of one thread, so that decoding and
 * running overlap without any hand-over; workers fill observations of their own, which merge
 * exactly at the end. Memory does not depend on the number of samples.
 */
public final class Calibrator {
  private static final Tails NO_TAILS = new Tails(0, 0);

  private final Engine engine;
  private final CalibrationOptions options;

  public Calibrator(Engine engine, CalibrationOptions options) {
    this.engine = engine;
    this.options = options;
  }

  /**
   * What a pass learned.
   *
   * @param samples how many samples were used
   * @param findings samples that were skipped because they are broken
   */
  public record Result(Observations observations, int samples, List<Finding> findings) {
    public Result {
      findings = List.copyOf(findings);
    }
  }

  /**
   * Runs all samples.
   *
   * @param model the float model
   * @param ranges values whose extremes are wanted
   * @param means values whose channel means are wanted
   * @throws InputException when no sample is usable, or when a value is NaN or infinite; the
   *     message names the node that first gives such a value, and the sample
   */
  public Result run(
      Model model,
      Collection<String> ranges,
      Collection<String> means,
      CalibrationSamples samples) {
    return run(model, ranges, means, Integer.MAX_VALUE, samples);
  }

  /**
   * Runs all samples.
   *
   * @param model the float model
   * @param ranges values whose extremes are wanted
   * @param means values whose channel means are wanted
   * @param meanSamples how many samples, from the first on, make the means
   * @throws InputException when no sample is usable, or when a value is NaN or infinite; the
   *     message names the node that first gives such a value, and the sample
   */
  public Result run(
      Model model,
      Collection<String> ranges,
      Collection<String> means,
      int meanSamples,
      CalibrationSamples samples) {
    if (ranges.isEmpty() && means.isEmpty()) {
      return new Result(new Observations(), 0, List.of());
    }
    ObservedGraph all = ObservedGraph.of(model, ranges, means);
    ObservedGraph later =
        means.isEmpty() || meanSamples == Integer.MAX_VALUE
            ? all
            : ObservedGraph.of(model, ranges, List.of());
    return run(model, new Looks(all, means.isEmpty() ? 0 : meanSamples, later, NO_TAILS), samples);
  }

  /**
   * Runs all samples and looks at all elements of {@code values}: histograms and quantiles, which
   * the runtime cannot find itself. Takes several times as long as extremes do.
   *
   * @throws InputException when no sample is usable, or a value is NaN or infinite
   */
  public Result distributions(
      Model model, Collection<String> values, Tails tails, CalibrationSamples samples) {
    ObservedGraph elements = ObservedGraph.ofElements(model, values);
    return run(model, new Looks(elements, 0, elements, tails), samples);
  }

  private Result run(Model model, Looks looks, CalibrationSamples samples) {
    CalibrationSamples.Pass pass = samples.begin();
    AtomicInteger done = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    BrokenSamples broken = new BrokenSamples();
    int count =
        samples.size() < 0 ? options.workers() : Math.min(options.workers(), samples.size());
    List<Worker> workers = new ArrayList<>();
    for (int index = 0; index < Math.max(1, count); index++) {
      workers.add(new Worker(model, looks, pass, broken, done, stop));
    }
    runAll(workers, stop);
    Observations merged = new Observations();
    int used = 0;
    for (Worker worker : workers) {
      merged.merge(worker.observations);
      used += worker.used;
    }
    if (used == 0) {
      throw broken.count() == 0
          ? new InputException("There is no calibration sample: the data set is empty")
          : broken.allBroken(broken.count());
    }
    return new Result(merged, used, broken.findings());
  }

  private static void runAll(List<Worker> workers, AtomicBoolean stop) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            workers.size(),
            task -> {
              Thread thread = new Thread(task, "calibration");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> futures = new ArrayList<>();
      workers.forEach(worker -> futures.add(threads.submit(worker)));
      for (Future<?> future : futures) {
        future.get();
      }
    } catch (ExecutionException e) {
      stop.set(true);
      if (e.getCause() instanceof NncfException known) {
        throw known;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new NncfException("Calibration failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      stop.set(true);
      Thread.currentThread().interrupt();
      throw new NncfException("Calibration was interrupted", e);
    } finally {
      threads.shutdown();
    }
  }

  /** What is looked at in the first samples, of a certain count, and in those behind them. */
  private record Looks(ObservedGraph first, int count, ObservedGraph later, Tails tails) {
    ObservedGraph at(int sample) {
      return sample < count ? first : later;
    }
  }

  /** Takes one sample after the other until there are none left. */
  private final class Worker implements Runnable {
    private final Model model;
    private final Looks looks;
    private final Map<ObservedGraph, Session> sessions = new HashMap<>();
    private final CalibrationSamples.Pass pass;
    private final AtomicInteger done;
    private final Observations observations = new Observations();
    private final BrokenSamples broken;
    private @Nullable ByteBuffer buffer;
    private int used;
    private final AtomicBoolean stop;

    Worker(
        Model model,
        Looks looks,
        CalibrationSamples.Pass pass,
        BrokenSamples broken,
        AtomicInteger done,
        AtomicBoolean stop) {
      this.model = model;
      this.stop = stop;
      this.looks = looks;
      this.pass = pass;
      this.broken = broken;
      this.done = done;
    }

    @Override
    public void run() {
      try {
        boolean more = true;
        while (more && !stop.get()) {
          try {
            CalibrationSamples.Inputs inputs = pass.next(this::memory);
            more = inputs != null;
            if (inputs != null) {
              run(inputs);
            }
          } catch (BrokenSampleException e) {
            broken.add(e);
          }
          if (more) {
            options.progress().accept(done.incrementAndGet());
          }
        }
      } finally {
        sessions.values().forEach(Session::close);
      }
    }

    private Session compile(ObservedGraph observed) {
      return engine.compile(
          observed.model(), SessionOptions.defaults().withThreads(1).withReuseOutputs(true));
    }

    /** A sample that fails stops all workers: its message is what the user is told. */
    private void run(CalibrationSamples.Inputs inputs) {
      boolean complete = false;
      try {
        ObservedGraph observed = looks.at(inputs.number());
        Session session = sessions.computeIfAbsent(observed, this::compile);
        observe(observed, session.run(inputs.tensors()), inputs);
        used++;
        complete = true;
      } finally {
        if (!complete) {
          stop.set(true);
        }
      }
    }

    /** One buffer for all samples of this worker: the runtime has read one before the next. */
    private ByteBuffer memory(DataType type, long... shape) {
      int elements = Tensor.elementCount(shape);
      if (buffer == null || buffer.capacity() != type.byteCount(elements)) {
        buffer = Tensor.allocateDirect(type, elements);
      }
      return buffer.clear();
    }

    private void observe(
        ObservedGraph observed, Map<String, Tensor> results, CalibrationSamples.Inputs sample) {
      for (ObservedGraph.Tap tap : observed.taps()) {
        if (!tap.elements().isEmpty()) {
          addElements(result(results, tap.elements()), tap.value(), sample);
        } else if (!tap.mean().isEmpty()) {
          for (float[] mean : rows(results, tap.mean(), tap.value(), sample)) {
            observations.addMeans(tap.value(), mean);
          }
        } else {
          addRange(results, tap, sample);
        }
      }
      for (ObservedGraph.Check check : observed.checks()) {
        if (!isFinite(result(results, check.mean()).toFloats())) {
          // The mean of an output, which is not wanted for itself, may be infinite by its size.
          InputException found = NonFiniteValue.find(engine, model, sample, check.value());
          if (found != null) {
            throw found;
          }
        }
      }
    }

    private void addRange(
        Map<String, Tensor> results, ObservedGraph.Tap tap, CalibrationSamples.Inputs sample) {
      float[][] max = rows(results, tap.maximum(), tap.value(), sample);
      float[][] min = new float[max.length][max[0].length];
      if (!tap.negatedMinimum().isEmpty()) {
        min = rows(results, tap.negatedMinimum(), tap.value(), sample);
        for (float[] row : min) {
          for (int channel = 0; channel < row.length; channel++) {
            row[channel] = 0f - row[channel];
          }
        }
      }
      for (int row = 0; row < max.length; row++) {
        observations.addRange(tap.value(), min[row], max[row]);
      }
    }

    /** Elements of a batch are samples of their own. */
    private void addElements(Tensor tensor, String value, CalibrationSamples.Inputs sample) {
      float[] all = tensor.toFloats();
      requireFinite(all, value, sample);
      int batch = tensor.rank() == 0 ? 1 : Math.max(1, (int) tensor.dimension(0));
      int each = all.length / batch;
      for (int row = 0; row < batch; row++) {
        observations.addElements(
            value, looks.tails(), FloatBuffer.wrap(all, row * each, each).slice());
      }
    }

    private Tensor result(Map<String, Tensor> results, String name) {
      Tensor tensor = results.get(name);
      if (tensor == null) {
        throw new NncfException("The engine handed back no \"" + name + "\"");
      }
      return tensor;
    }

    /** One row of channels for each element of the batch. */
    private float[][] rows(
        Map<String, Tensor> results, String name, String value, CalibrationSamples.Inputs sample) {
      Tensor tensor = result(results, name);
      int batch = Math.max(1, (int) tensor.dimension(0));
      float[] all = tensor.toFloats();
      requireFinite(all, value, sample);
      int channels = all.length / batch;
      float[][] rows = new float[batch][];
      for (int row = 0; row < batch; row++) {
        rows[row] = java.util.Arrays.copyOfRange(all, row * channels, (row + 1) * channels);
      }
      return rows;
    }

    private void requireFinite(float[] all, String value, CalibrationSamples.Inputs sample) {
      if (!isFinite(all)) {
        throw NonFiniteValue.explain(engine, model, sample, value);
      }
    }

    private static boolean isFinite(float[] all) {
      for (float one : all) {
        // Infinity and NaN, and what a pooling that ignores both makes of a channel of nothing
        // else.
        if (!(Math.abs(one) < Float.MAX_VALUE)) {
          return false;
        }
      }
      return true;
    }
  }
}
