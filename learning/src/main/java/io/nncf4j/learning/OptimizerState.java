package io.nncf4j.learning;

import io.nncf4j.core.InputException;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** What an optimizer remembers, on its way into a checkpoint and out of it. */
final class OptimizerState {
  private final Map<String, io.nncf4j.core.tensor.Tensor> values;
  private final TreeSet<String> unread;

  /** An empty one, to be filled. */
  OptimizerState() {
    this(Map.of());
  }

  /** A saved one, to be read. */
  OptimizerState(Map<String, io.nncf4j.core.tensor.Tensor> values) {
    this.values = new LinkedHashMap<>(values);
    this.unread = new TreeSet<>(values.keySet());
  }

  Map<String, io.nncf4j.core.tensor.Tensor> values() {
    return values;
  }

  /** Keeps one tensor for each parameter that has one. */
  void put(String name, @Nullable Tensor[] tensors) {
    for (int index = 0; index < tensors.length; index++) {
      Tensor tensor = tensors[index];
      if (tensor != null) {
        values.put(name + "." + index, TensorExchange.toHost(tensor));
      }
    }
  }

  void put(String name, io.nncf4j.core.tensor.Tensor value) {
    values.put(name, value);
  }

  /** The value of {@code name}, or null when it was not saved. */
  io.nncf4j.core.tensor.@Nullable Tensor get(String name) {
    unread.remove(name);
    return values.get(name);
  }

  /** Tensors like the parameters, filled with what was saved; null where nothing was. */
  @Nullable Tensor[] read(String name, Iterable<Tensor> parameters, int count) {
    @Nullable Tensor[] tensors = new Tensor[count];
    int index = 0;
    for (Tensor parameter : parameters) {
      io.nncf4j.core.tensor.Tensor saved = get(name + "." + index);
      if (saved != null) {
        if (!Arrays.equals(saved.shape(), TensorExchange.shape(parameter))) {
          throw new InputException(
              "The optimizer's "
                  + name
                  + "."
                  + index
                  + " in the checkpoint has the shape "
                  + Arrays.toString(saved.shape())
                  + "; the parameter has "
                  + Arrays.toString(TensorExchange.shape(parameter)));
        }
        Tensor tensor = torch.zeros_like(parameter);
        try (Tensor source = TensorExchange.copyToTorch(saved)) {
          tensor.copy_(source);
        }
        tensors[index] = tensor;
      }
      index++;
    }
    return tensors;
  }

  /**
   * @throws InputException when something was saved that nobody has read: another optimizer's
   */
  void requireAllRead(String optimizer) {
    if (!unread.isEmpty()) {
      throw new InputException(
          "The checkpoint is of another optimizer than " + optimizer + ": it holds " + unread);
    }
  }
}
