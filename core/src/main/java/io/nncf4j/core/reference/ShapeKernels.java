package io.nncf4j.core.reference;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Shapes as data, views of the same elements under another shape, and generated tensors. */
final class ShapeKernels {
  private ShapeKernels() {}

  static Map<String, Kernel> all() {
    return Map.ofEntries(
        Map.entry("Shape", Kernel.of(ShapeKernels::shape)),
        Map.entry("Size", Kernel.of(call -> Tensor.scalar((long) call.input(0).size()))),
        Map.entry("Identity", Kernel.of(call -> call.input(0))),
        Map.entry("Reshape", Kernel.of(ShapeKernels::reshape)),
        Map.entry("Flatten", Kernel.of(ShapeKernels::flatten)),
        Map.entry("Squeeze", Kernel.of(ShapeKernels::squeeze)),
        Map.entry("Unsqueeze", Kernel.of(ShapeKernels::unsqueeze)),
        Map.entry("Constant", Kernel.of(ShapeKernels::constant)),
        Map.entry("ConstantOfShape", Kernel.of(ShapeKernels::constantOfShape)),
        Map.entry("Range", Kernel.of(ShapeKernels::range)),
        Map.entry("EyeLike", Kernel.of(ShapeKernels::eyeLike)));
  }

  private static Tensor shape(Call call) {
    long[] shape = call.input(0).shape();
    int start = clamp(call.node().intAttribute("start", 0), shape.length);
    int end = clamp(call.node().intAttribute("end", shape.length), shape.length);
    return Tensor.vector(Arrays.copyOfRange(shape, start, Math.max(start, end)));
  }

  private static int clamp(long position, int rank) {
    long fromStart = position < 0 ? position + rank : position;
    return (int) Math.max(0, Math.min(rank, fromStart));
  }

  private static Tensor reshape(Call call) {
    Tensor data = call.input(0);
    long[] target = call.input(1).toLongs();
    boolean zeroIsZero = call.node().intAttribute("allowzero", 0) != 0;
    int inferred = -1;
    long known = 1;
    for (int axis = 0; axis < target.length; axis++) {
      if (target[axis] == 0 && !zeroIsZero) {
        if (axis >= data.rank()) {
          throw call.problem("dimension " + axis + " to be copied is not there in " + data);
        }
        target[axis] = data.dimension(axis);
      }
      if (target[axis] == -1) {
        if (inferred >= 0) {
          throw call.problem("two dimensions of " + Arrays.toString(target) + " are -1");
        }
        inferred = axis;
      } else {
        known *= target[axis];
      }
    }
    if (inferred >= 0) {
      if (known == 0 || data.size() % known != 0) {
        throw call.problem("cannot reshape " + data + " to " + Arrays.toString(target));
      }
      target[inferred] = data.size() / known;
    }
    return reshaped(call, data, target);
  }

  private static Tensor reshaped(Call call, Tensor data, long[] target) {
    if (Arrays.stream(target).anyMatch(length -> length < 0)
        || Tensor.elementCount(target) != data.size()) {
      throw call.problem("cannot reshape " + data + " to " + Arrays.toString(target));
    }
    return data.reshape(target);
  }

  private static Tensor flatten(Call call) {
    Tensor data = call.input(0);
    long wanted = call.node().intAttribute("axis", 1);
    int axis = (int) (wanted < 0 ? wanted + data.rank() : wanted);
    if (axis < 0 || axis > data.rank()) {
      throw call.problem("axis " + wanted + " is not one of " + data);
    }
    long[] shape = data.shape();
    return data.reshape(
        Elements.product(shape, 0, axis), Elements.product(shape, axis, shape.length));
  }

  private static Tensor squeeze(Call call) {
    Tensor data = call.input(0);
    long[] shape = data.shape();
    TreeSet<Integer> dropped = new TreeSet<>();
    if (call.optional(1) == null) {
      for (int axis = 0; axis < shape.length; axis++) {
        if (shape[axis] == 1) {
          dropped.add(axis);
        }
      }
    } else {
      for (long axis : call.longs(1)) {
        int at = call.axis(axis, shape.length);
        if (shape[at] != 1) {
          throw call.problem("axis " + axis + " of " + data + " has not length 1");
        }
        dropped.add(at);
      }
    }
    long[] kept = new long[shape.length - dropped.size()];
    int next = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      if (!dropped.contains(axis)) {
        kept[next++] = shape[axis];
      }
    }
    return data.reshape(kept);
  }

  private static Tensor unsqueeze(Call call) {
    Tensor data = call.input(0);
    long[] axes = call.input(1).toLongs();
    int rank = data.rank() + axes.length;
    TreeSet<Integer> added = new TreeSet<>();
    for (long axis : axes) {
      if (!added.add(call.axis(axis, rank))) {
        throw call.problem("axis " + axis + " is given twice");
      }
    }
    long[] shape = new long[rank];
    int next = 0;
    for (int axis = 0; axis < rank; axis++) {
      shape[axis] = added.contains(axis) ? 1 : data.dimension(next++);
    }
    return data.reshape(shape);
  }

  private static Tensor constant(Call call) {
    for (Map.Entry<String, Attribute> entry : call.node().attributes().asMap().entrySet()) {
      Attribute attribute = entry.getValue();
      if (attribute instanceof Attribute.TensorAttribute tensor) {
        return tensor.value();
      } else if (attribute instanceof Attribute.IntAttribute integer) {
        return Tensor.scalar(integer.value());
      } else if (attribute instanceof Attribute.FloatAttribute real) {
        return Tensor.scalar(real.value());
      } else if (attribute instanceof Attribute.IntsAttribute integers) {
        return Tensor.vector(integers.values().stream().mapToLong(Long::longValue).toArray());
      } else if (attribute instanceof Attribute.FloatsAttribute reals) {
        float[] values = new float[reals.values().size()];
        for (int index = 0; index < values.length; index++) {
          values[index] = reals.values().get(index);
        }
        return Tensor.ofFloats(values, values.length);
      } else if (attribute instanceof Attribute.StringAttribute string) {
        return Tensor.ofStrings(List.of(string.text()));
      } else if (attribute instanceof Attribute.StringsAttribute strings) {
        return Tensor.ofStrings(strings.values(), strings.values().size());
      }
    }
    throw call.problem("it has no value that is a dense tensor");
  }

  private static Tensor constantOfShape(Call call) {
    long[] shape = call.input(0).toLongs();
    Tensor value = call.node().tensorAttribute("value");
    int size = call.charge(shape);
    return Elements.pick(value == null ? Tensor.scalar(0f) : value, shape, new int[size]);
  }

  private static Tensor range(Call call) {
    Tensor start = call.input(0);
    Tensor limit = call.input(1);
    Tensor delta = call.input(2);
    DataType type = start.dataType();
    if (delta.size() != 1 || start.size() != 1 || limit.size() != 1 || delta.doubleAt(0) == 0) {
      throw call.problem("start, limit and delta must be single numbers, delta not 0");
    }
    if (type.isInteger()) {
      long from = start.longAt(0);
      long step = delta.longAt(0);
      double exact = Math.ceil(((double) limit.longAt(0) - from) / step);
      int count = call.charge((long) Math.max(0, exact));
      long[] values = new long[count];
      for (int index = 0; index < count; index++) {
        values[index] = from + index * step;
      }
      return Elements.ofLongs(type, values, count);
    }
    double from = start.doubleAt(0);
    double step = delta.doubleAt(0);
    int count = call.charge((long) Math.max(0, Math.ceil((limit.doubleAt(0) - from) / step)));
    double[] values = new double[count];
    for (int index = 0; index < count; index++) {
      values[index] = from + index * step;
    }
    return Elements.ofDoubles(type, values, count);
  }

  private static Tensor eyeLike(Call call) {
    Tensor like = call.input(0);
    if (like.rank() != 2) {
      throw call.problem("its input must be a matrix, found " + like);
    }
    DataType type = call.type("dtype", like.dataType());
    long offset = call.node().intAttribute("k", 0);
    int size = call.charge(like.shape());
    long columns = like.dimension(1);
    double[] values = new double[size];
    for (int index = 0; index < size; index++) {
      values[index] = index % columns - index / columns == offset ? 1 : 0;
    }
    return Elements.ofDoubles(type, values, like.shape());
  }
}
