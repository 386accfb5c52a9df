package io.nncf4j.data;

import io.nncf4j.core.Finding;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A finite data set with random access: samples are numbered from 0 and made on demand.
 *
 * <p>Implementations are safe for use by several threads at once, and give the same sample for the
 * same index every time.
 */
public interface SampleSource extends AutoCloseable {
  /** Number of samples, broken ones included: they are found only when loaded. */
  int size();

  /** The name of sample {@code index}, known without loading it. */
  String name(int index);

  /** What is known of sample {@code index} without loading it. */
  default Target target(int index) {
    return Target.UNKNOWN;
  }

  /**
   * These samples and those of the same place that were left out because nothing is known of them:
   * enough to calibrate with. Closing this source closes them too.
   */
  default SampleSource withUnlabelled() {
    return this;
  }

  /**
   * Makes sample {@code index} in memory that {@code memory} gives.
   *
   * @throws BrokenSampleException when this sample cannot be used but others may be
   */
  Sample load(int index, Memory memory);

  /** Makes sample {@code index} in fresh memory outside the heap. */
  default Sample load(int index) {
    return load(
        index,
        (type, shape) ->
            Tensor.allocateDirect(type, java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b)));
  }

  /** Names of the classes by class index, without label offset; empty when not known. */
  default List<String> classNames() {
    return List.of();
  }

  /** What was odd when the source was opened, such as pictures without a label. */
  default List<Finding> findings() {
    return List.of();
  }

  /** The same samples in an order that {@code seed} alone decides. */
  default SampleSource shuffled(long seed) {
    return new SampleSelection(this, SampleSelection.shuffle(size(), seed));
  }

  /** The first {@code count} samples, or all when there are fewer. */
  default SampleSource first(int count) {
    return select(java.util.stream.IntStream.range(0, Math.min(count, size())).toArray());
  }

  /** The samples with these indices, in this order; an index may come twice. */
  default SampleSource select(int... indices) {
    return new SampleSelection(this, indices);
  }

  /** Closes archives. Views made by the methods above close the source that they show. */
  @Override
  void close();

  /** Gives the buffer that an input is written into: little-endian, exactly as long as asked. */
  @FunctionalInterface
  interface Memory {
    ByteBuffer allocate(DataType type, long... shape);
  }
}
