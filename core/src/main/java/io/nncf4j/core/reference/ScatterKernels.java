package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.ElementCodec;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Map;

/** Operators that write elements by index; updates of one place are applied in order. */
final class ScatterKernels {
  private ScatterKernels() {}

  static Map<String, Kernel> all() {
    return Map.of(
        "ScatterElements", Kernel.of(ScatterKernels::scatterElements),
        "ScatterND", Kernel.of(ScatterKernels::scatterNd));
  }

  private static Tensor scatterElements(Call call) {
    Tensor data = call.input(0);
    Tensor indices = call.input(1);
    int axis = call.axis(call.node().intAttribute("axis", 0), data.rank());
    return scatter(
        call, data, IndexKernels.elementPositions(call, data, indices, axis), call.input(2));
  }

  private static Tensor scatterNd(Call call) {
    Tensor data = call.input(0);
    Tensor indices = call.input(1);
    int depth = indices.rank() == 0 ? 0 : (int) indices.dimension(-1);
    if (indices.rank() == 0 || depth > data.rank()) {
      throw call.problem("indices " + indices + " do not fit " + data);
    }
    long[] shape = data.shape();
    int[] strides = Elements.strides(shape);
    int inner = (int) Elements.product(shape, depth, shape.length);
    int tuples = depth == 0 ? 1 : indices.size() / depth;
    call.chargeOperations((long) tuples * inner);
    int[] positions = new int[Math.multiplyExact(tuples, inner)];
    for (int tuple = 0; tuple < tuples; tuple++) {
      int start = 0;
      for (int part = 0; part < depth; part++) {
        long at = IndexKernels.index(call, indices.longAt(tuple * depth + part), shape[part]);
        start += (int) at * strides[part];
      }
      for (int element = 0; element < inner; element++) {
        positions[tuple * inner + element] = start + element;
      }
    }
    return scatter(call, data, positions, call.input(2));
  }

  private static Tensor scatter(Call call, Tensor data, int[] positions, Tensor updates) {
    DataType type = data.dataType();
    if (updates.size() != positions.length || updates.dataType() != type) {
      throw call.problem("updates " + updates + " do not fit the indices and " + data);
    }
    if (type == DataType.STRING) {
      throw call.problem("strings cannot be scattered here");
    }
    call.charge(data.shape());
    call.chargeOperations(positions.length);
    String reduction = call.node().stringAttribute("reduction", "none");
    ByteBuffer result = Tensor.allocate(type, data.size());
    result.duplicate().put(data.data());
    for (int index = 0; index < positions.length; index++) {
      int at = positions[index];
      if (reduction.equals("none")) {
        Elements.copy(type, updates.data(), index, result, at);
      } else if (Elements.isIntegral(type)) {
        long old = ElementCodec.readLong(type, result, at);
        long value = combine(call, reduction, old, updates.longAt(index));
        ElementCodec.writeLong(type, result, at, Elements.wrap(type, value));
      } else {
        double old = ElementCodec.readDouble(type, result, at);
        ElementCodec.write(
            type, result, at, combine(call, reduction, old, updates.doubleAt(index)));
      }
    }
    return Tensor.of(type, data.shape(), result);
  }

  private static long combine(Call call, String reduction, long old, long update) {
    return switch (reduction) {
      case "add" -> old + update;
      case "mul" -> old * update;
      case "max" -> Math.max(old, update);
      case "min" -> Math.min(old, update);
      default -> throw call.problem("the reduction \"" + reduction + "\" is not known");
    };
  }

  private static double combine(Call call, String reduction, double old, double update) {
    return switch (reduction) {
      case "add" -> old + update;
      case "mul" -> old * update;
      case "max" -> Math.max(old, update);
      case "min" -> Math.min(old, update);
      default -> throw call.problem("the reduction \"" + reduction + "\" is not known");
    };
  }
}
