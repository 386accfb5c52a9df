package io.nncf4j.data;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Lays samples side by side in one buffer; a broken one leaves its place to the next. */
final class BatchBuilder implements SampleSource.Memory {
  private final BufferPool pool;
  private final int capacity;
  private final List<Sample> samples = new ArrayList<>();
  private @Nullable ByteBuffer buffer;
  private DataType type = DataType.FLOAT32;
  private long[] shape = {};
  private int bytesEach;

  BatchBuilder(BufferPool pool, int capacity) {
    this.pool = pool;
    this.capacity = capacity;
  }

  @Override
  public ByteBuffer allocate(DataType wishedType, long... wishedShape) {
    boolean same = wishedType == type && Arrays.equals(wishedShape, shape);
    ByteBuffer memory = buffer;
    if (memory == null || (samples.isEmpty() && !same)) {
      memory = start(wishedType, wishedShape);
    } else if (!same) {
      throw new InputException(
          "Samples of one batch must have one shape: after %s with %s%s comes one with %s%s; use batch size 1, or resize and crop to one size"
              .formatted(
                  samples.get(0).name(),
                  type.label(),
                  Arrays.toString(shape),
                  wishedType.label(),
                  Arrays.toString(wishedShape)));
    }
    return slice(memory, samples.size() * bytesEach, bytesEach);
  }

  private ByteBuffer start(DataType firstType, long[] firstShape) {
    long elements = capacity;
    for (long dimension : firstShape) {
      elements = Math.multiplyExact(elements, dimension);
    }
    long bytes = firstType.byteCount(elements);
    if (bytes > Integer.MAX_VALUE) {
      throw new InputException(
          "A batch of %d samples of %s%s takes %d MB; use a smaller batch"
              .formatted(capacity, firstType.label(), Arrays.toString(firstShape), bytes >> 20));
    }
    type = firstType;
    shape = firstShape.clone();
    bytesEach = (int) (bytes / capacity);
    ByteBuffer memory = pool.take((int) bytes);
    buffer = memory;
    return memory;
  }

  void add(Sample sample) {
    samples.add(sample);
  }

  boolean isEmpty() {
    return samples.isEmpty();
  }

  Batch build() {
    ByteBuffer memory = buffer;
    if (memory == null) {
      throw new IllegalStateException("no sample was added");
    }
    long[] batchShape = new long[shape.length + 1];
    batchShape[0] = samples.size();
    System.arraycopy(shape, 0, batchShape, 1, shape.length);
    Tensor input = Tensor.of(type, batchShape, slice(memory, 0, samples.size() * bytesEach));
    AtomicBoolean released = new AtomicBoolean();
    return new Batch(
        input,
        samples,
        () -> {
          if (released.compareAndSet(false, true)) {
            pool.giveBack(memory);
          }
        });
  }

  private static ByteBuffer slice(ByteBuffer memory, int from, int length) {
    return memory.slice(from, length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
