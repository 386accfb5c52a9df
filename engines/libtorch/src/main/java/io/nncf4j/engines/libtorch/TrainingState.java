package io.nncf4j.engines.libtorch;

import io.nncf4j.core.InputException;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * The tensors that training changes, by name, in a fixed order. Owned by a {@link TrainingSession};
 * handles handed out are not to be closed.
 */
public final class TrainingState {
  /** One tensor of the state. */
  public record Entry(String name, TensorRole role, Tensor tensor) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  TrainingState() {}

  void add(String name, TensorRole role, Tensor tensor) {
    entries.put(name, new Entry(name, role, tensor));
  }

  /** All entries in the order of the graph. */
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  public Map<String, Entry> byName() {
    return Collections.unmodifiableMap(entries);
  }

  /** The tensors of one role. */
  public List<Entry> entries(TensorRole role) {
    List<Entry> found = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.role() == role) {
        found.add(entry);
      }
    }
    return found;
  }

  public Tensor tensor(String name) {
    return entry(name).tensor();
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new InputException(
          "The training state has no tensor \"" + name + "\"; it has " + entries.keySet());
    }
    return entry;
  }

  /** A copy of one tensor on the host. */
  public io.nncf4j.core.tensor.Tensor read(String name) {
    return TensorExchange.toHost(tensor(name));
  }

  /** A copy of one tensor's gradient on the host; all zeros when it has none. */
  public io.nncf4j.core.tensor.Tensor readGradient(String name) {
    try (Tensor gradient = tensor(name).grad()) {
      if (gradient.defined()) {
        return TensorExchange.toHost(gradient);
      }
    }
    io.nncf4j.core.tensor.Tensor value = read(name);
    return io.nncf4j.core.tensor.Tensor.ofDoubles(
        value.dataType(), new double[value.size()], value.shape());
  }

  /**
   * Overwrites one tensor in place.
   *
   * @throws InputException when there is no such tensor or the shapes differ
   */
  public void write(String name, io.nncf4j.core.tensor.Tensor value) {
    Tensor target = tensor(name);
    long[] shape = TensorExchange.shape(target);
    if (!Arrays.equals(shape, value.shape())) {
      throw new InputException(
          "Tensor \""
              + name
              + "\" of the training state has the shape "
              + Arrays.toString(shape)
              + "; found "
              + value);
    }
    try (AutoGradMode off = new AutoGradMode(false);
        Tensor source = TensorExchange.copyToTorch(value)) {
      target.copy_(source);
    }
  }

  /** Forgets all gradients and gives their memory back. */
  public void clearGradients() {
    for (Entry entry : entries.values()) {
      entry.tensor().mutable_grad().reset();
    }
  }
}
