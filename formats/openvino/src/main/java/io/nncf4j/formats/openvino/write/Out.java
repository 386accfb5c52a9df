package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import org.jspecify.annotations.Nullable;

/**
 * An output of a layer.
 *
 * @param port position among the outputs of the layer
 * @param type what is known of it; the element type always is
 */
record Out(int layer, int port, TensorType type) {
  DataType dataType() {
    DataType type = this.type.dataType();
    if (type == null) {
      throw new InputException("a value has no element type");
    }
    return type;
  }

  @Nullable Shape shape() {
    return type.shape();
  }
}
