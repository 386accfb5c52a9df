package io.nncf4j.engines.libtorch;

import io.nncf4j.core.InputException;
import io.nncf4j.engines.libtorch.operators.TensorExchange;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/** What one forward pass gave. Closing it gives the memory back, gradients' records included. */
public final class Outputs implements AutoCloseable {
  private final Map<String, Tensor> tensors;

  Outputs(Map<String, Tensor> tensors) {
    this.tensors = tensors;
  }

  public Set<String> names() {
    return tensors.keySet();
  }

  /** One output; it stays the property of this object. */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InputException("There is no output \"" + name + "\"; there are " + names());
    }
    return tensor;
  }

  /** The first output. */
  public Tensor first() {
    return tensors.values().iterator().next();
  }

  /** A copy of one output on the host. */
  public io.nncf4j.core.tensor.Tensor read(String name) {
    return TensorExchange.toHost(tensor(name));
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}
