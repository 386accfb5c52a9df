package io.nncf4j.data;

import io.nncf4j.core.tensor.Tensor;
import java.util.List;

/**
 * Samples that go through a model together.
 *
 * <p>Closing a batch gives its memory back to the loader that made it, which then writes the next
 * one there: do it when the model is done with it, and do not touch {@link #input} afterwards. A
 * batch that nobody closes is merely garbage.
 */
public final class Batch implements AutoCloseable {
  private final Tensor input;
  private final List<Sample> samples;
  private final Runnable release;

  Batch(Tensor input, List<Sample> samples, Runnable release) {
    this.input = input;
    this.samples = List.copyOf(samples);
    this.release = release;
  }

  /** All inputs, batch dimension first, such as float32[16,3,224,224]. */
  public Tensor input() {
    return input;
  }

  /** The samples, whose inputs are parts of {@link #input}. */
  public List<Sample> samples() {
    return samples;
  }

  /** Number of samples. */
  public int size() {
    return samples.size();
  }

  /** One target per sample. */
  public List<Target> targets() {
    return samples.stream().map(Sample::target).toList();
  }

  /** One name per sample. */
  public List<String> names() {
    return samples.stream().map(Sample::name).toList();
  }

  @Override
  public void close() {
    release.run();
  }
}
