package io.nncf4j.compression.calibration;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Dataset;
import io.nncf4j.data.SampleSource;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Samples to calibrate with: each pass hands them out once, to any number of threads. */
public interface CalibrationSamples {
  /** How many samples a pass hands out, or -1 when only a pass can tell. */
  int size();

  /** Starts over. */
  Pass begin();

  /** The first {@code count} samples, or all when there are fewer. */
  default CalibrationSamples first(int count) {
    CalibrationSamples all = this;
    return new CalibrationSamples() {
      @Override
      public int size() {
        return all.size() < 0 ? -1 : Math.min(count, all.size());
      }

      @Override
      public Pass begin() {
        Pass pass = all.begin();
        AtomicInteger taken = new AtomicInteger();
        return memory -> taken.getAndIncrement() < count ? pass.next(memory) : null;
      }
    };
  }

  /** One way through the samples. Safe for use by several threads at once. */
  interface Pass {
    /**
     * The next sample, or null when there are none left.
     *
     * @param memory where the sample may be made; it is not used beyond the next call with the same
     *     memory
     * @throws io.nncf4j.data.BrokenSampleException when this sample cannot be used; the next call
     *     goes on with the next one
     */
    @Nullable Inputs next(SampleSource.Memory memory);
  }

  /**
   * The model's inputs for one sample.
   *
   * @param number which sample of the pass it is, from 0; broken ones count
   * @param name what people call the sample, such as its file name
   */
  record Inputs(int number, String name, Map<String, Tensor> tensors) {}

  /**
   * Samples of a source for a model with one input, each as a batch of one; where the model takes
   * larger batches only, each stands in all places of one, so that no sample counts more than
   * another. Threads make samples at the same time.
   *
   * @throws InputException when the model has not exactly one input; a pass throws it for a sample
   *     of another shape than the model takes
   */
  static CalibrationSamples of(SampleSource source, Model model) {
    ModelInput input = ModelInput.of(model);
    return new CalibrationSamples() {
      @Override
      public int size() {
        return source.size();
      }

      @Override
      public Pass begin() {
        AtomicInteger position = new AtomicInteger();
        return memory -> {
          int index = position.getAndIncrement();
          if (index >= source.size()) {
            return null;
          }
          return new Inputs(
              index, source.name(index), Map.of(input.name(), input.batch(source, index, memory)));
        };
      }
    };
  }

  /**
   * The first {@code limit} items of a data set. Its iterator and function are used by one thread
   * at a time.
   */
  static CalibrationSamples of(Dataset<?> dataset, int limit) {
    return new CalibrationSamples() {
      @Override
      public int size() {
        return -1;
      }

      @Override
      public Pass begin() {
        Iterator<Map<String, Tensor>> iterator = dataset.inputs().iterator();
        AtomicInteger position = new AtomicInteger();
        return memory -> {
          synchronized (iterator) {
            int index = position.getAndIncrement();
            return index < limit && iterator.hasNext()
                ? new Inputs(index, "number " + index, iterator.next())
                : null;
          }
        };
      }
    };
  }
}
