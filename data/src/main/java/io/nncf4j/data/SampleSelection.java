package io.nncf4j.data;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import java.util.List;

/** Some samples of a source, in an order of their own. */
final class SampleSelection implements SampleSource {
  private final SampleSource source;
  private final int[] indices;

  SampleSelection(SampleSource source, int[] indices) {
    this.source = source;
    this.indices = indices.clone();
    for (int index : indices) {
      if (index < 0 || index >= source.size()) {
        throw new InputException(
            "There is no sample " + index + ": the data set has " + source.size());
      }
    }
  }

  /** A permutation of 0 … size-1, Fisher and Yates's shuffle. */
  static int[] shuffle(int size, long seed) {
    int[] order = new int[size];
    for (int at = 0; at < size; at++) {
      int other = RandomStream.of(seed, at).nextInt(at + 1);
      order[at] = order[other];
      order[other] = at;
    }
    return order;
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public String name(int index) {
    return source.name(indices[index]);
  }

  @Override
  public Target target(int index) {
    return source.target(indices[index]);
  }

  @Override
  public Sample load(int index, Memory memory) {
    return source.load(indices[index], memory);
  }

  @Override
  public List<String> classNames() {
    return source.classNames();
  }

  @Override
  public List<Finding> findings() {
    return source.findings();
  }

  @Override
  public void close() {
    source.close();
  }
}
