package io.nncf4j.data.source;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Sample;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** The rows of a tensor as samples, ready as they are. */
public final class ArraySource implements SampleSource {
  private final Tensor array;
  private final List<Target> targets;
  private final long[] shape;

  /**
   * @param array first dimension counts the samples
   * @param targets one per sample
   */
  public ArraySource(Tensor array, List<? extends Target> targets) {
    if (array.rank() < 1 || array.size() == 0 || array.dataType().bits() < 8) {
      throw new InputException("Samples cannot be taken from " + array);
    }
    if (array.dimension(0) != targets.size()) {
      throw new InputException(array.dimension(0) + " samples, but " + targets.size() + " targets");
    }
    this.array = array;
    this.targets = List.copyOf(targets);
    long[] whole = array.shape();
    this.shape = Arrays.copyOfRange(whole, 1, whole.length);
  }

  @Override
  public int size() {
    return targets.size();
  }

  @Override
  public String name(int index) {
    return Integer.toString(index);
  }

  @Override
  public Target target(int index) {
    return targets.get(index);
  }

  @Override
  public Sample load(int index, Memory memory) {
    ByteBuffer data = array.data();
    int bytes = data.capacity() / targets.size();
    ByteBuffer buffer = memory.allocate(array.dataType(), shape);
    buffer.duplicate().put(data.slice(index * bytes, bytes));
    Tensor input = Tensor.of(array.dataType(), shape, buffer);
    return new Sample(index, name(index), input, targets.get(index), null);
  }

  @Override
  public void close() {
    // The tensor is plain memory.
  }
}
