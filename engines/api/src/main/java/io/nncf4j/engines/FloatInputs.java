package io.nncf4j.engines;

import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.ElementCodec;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives inputs the floating-point type that a model takes: data sets are float32, models may be
 * float16 or float64.
 */
public final class FloatInputs {
  private FloatInputs() {}

  /**
   * The tensors with those of another floating-point type converted; the same map when there is
   * nothing to convert.
   */
  public static Map<String, Tensor> fit(List<Value> expected, Map<String, Tensor> given) {
    Map<String, Tensor> fitted = null;
    for (Value input : expected) {
      Tensor tensor = given.get(input.name());
      DataType type = input.tensorType().dataType();
      if (tensor != null
          && type != null
          && type != tensor.dataType()
          && type.isFloatingPoint()
          && tensor.dataType().isFloatingPoint()) {
        fitted = fitted == null ? new LinkedHashMap<>(given) : fitted;
        fitted.put(input.name(), converted(tensor, type));
      }
    }
    return fitted == null ? given : fitted;
  }

  private static Tensor converted(Tensor tensor, DataType type) {
    ByteBuffer data = Tensor.allocateDirect(type, tensor.size());
    for (int index = 0; index < tensor.size(); index++) {
      ElementCodec.write(type, data, index, tensor.doubleAt(index));
    }
    return Tensor.of(type, tensor.shape(), data);
  }
}
