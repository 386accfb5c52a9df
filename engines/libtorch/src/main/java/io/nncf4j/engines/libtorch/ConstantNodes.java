package io.nncf4j.engines.libtorch;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What a node of type Constant holds. */
final class ConstantNodes {
  private ConstantNodes() {}

  /** The tensor, or null when it is of a kind that no engine computes with. */
  static @Nullable Tensor valueOf(Node node) {
    Tensor tensor = node.tensorAttribute("value");
    if (tensor != null) {
      return tensor;
    }
    for (Attribute attribute : node.attributes().asMap().values()) {
      if (attribute instanceof Attribute.IntAttribute number) {
        return Tensor.scalar(number.value());
      } else if (attribute instanceof Attribute.FloatAttribute number) {
        return Tensor.scalar(number.value());
      } else if (attribute instanceof Attribute.IntsAttribute numbers) {
        return Tensor.vector(numbers.values().stream().mapToLong(Long::longValue).toArray());
      } else if (attribute instanceof Attribute.FloatsAttribute numbers) {
        float[] values = new float[numbers.values().size()];
        for (int index = 0; index < values.length; index++) {
          values[index] = numbers.values().get(index);
        }
        return Tensor.ofFloats(values, values.length);
      }
    }
    return null;
  }
}
