package io.nncf4j.formats.onnx;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.NpyArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Inputs for models in tests: random ones by shape, and arrays from files. */
final class Inputs {
  private Inputs() {}

  /** Seeded random inputs; an open batch is 2, any other open dimension {@code open}. */
  static Map<String, Tensor> random(Model model, long open) {
    Random random = new Random(17);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Value input : model.graph().inputs()) {
      List<Dimension> dimensions =
          Objects.requireNonNull(input.tensorType().shape(), input.toString()).dimensions();
      long[] shape = new long[dimensions.size()];
      for (int axis = 0; axis < shape.length; axis++) {
        long length = dimensions.get(axis).lengthOrMinusOne();
        shape[axis] = length >= 0 ? length : axis == 0 ? 2 : open;
      }
      DataType type = Objects.requireNonNull(input.tensorType().dataType());
      double[] values =
          random
              .doubles(Tensor.elementCount(shape))
              .map(value -> type.isFloatingPoint() ? value * 2 - 1 : Math.floor(value * 5))
              .toArray();
      inputs.put(input.name(), Tensor.ofDoubles(type, values, shape));
    }
    return inputs;
  }

  static Tensor tensor(NpyArray array) {
    return Tensor.of(type(array.type()), array.shape(), array.bytes());
  }

  private static DataType type(String name) {
    return switch (name) {
      case "f2" -> DataType.FLOAT16;
      case "f4" -> DataType.FLOAT32;
      case "f8" -> DataType.FLOAT64;
      case "b1" -> DataType.BOOL;
      default ->
          DataType.valueOf((name.charAt(0) == 'u' ? "UINT" : "INT") + 8 * (name.charAt(1) - '0'));
    };
  }
}
