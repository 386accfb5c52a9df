package io.nncf4j.core.operator;

import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Slicing and transposing of small integer tensors of any rank. */
final class TensorArithmetic {
  private TensorArithmetic() {}

  /** Where element {@code position} along an axis of the result comes from. */
  private interface Source {
    long of(long position);
  }

  static @Nullable IntegerContent slice(InferenceContext context) {
    IntegerContent data = context.content(0);
    long[] starts = context.knownIntegers(1);
    long[] ends = context.knownIntegers(2);
    if (data == null || starts == null || ends == null) {
      return null;
    }
    long[] axes = context.hasInput(3) ? context.knownIntegers(3) : counted(starts.length, true);
    long[] steps = context.hasInput(4) ? context.knownIntegers(4) : counted(starts.length, false);
    if (axes == null
        || steps == null
        || axes.length != starts.length
        || steps.length != starts.length) {
      return null;
    }
    IntegerContent sliced = data;
    for (int index = 0; index < axes.length; index++) {
      int axis = Axes.normalize(axes[index], sliced.shape().size());
      sliced = slice(sliced, axis, starts[index], ends[index], steps[index]);
    }
    return sliced;
  }

  private static long[] counted(int count, boolean ascending) {
    long[] values = new long[count];
    for (int index = 0; index < count; index++) {
      values[index] = ascending ? index : 1;
    }
    return values;
  }

  private static IntegerContent slice(
      IntegerContent data, int axis, long start, long end, long step) {
    SymbolicInteger whole = SymbolicInteger.of(data.shape().get(axis));
    SymbolicInteger from = SymbolicInteger.of(start);
    long length =
        Slices.length(whole, from, SymbolicInteger.of(end), SymbolicInteger.of(step)).constant();
    SymbolicInteger highest = step > 0 ? whole : whole.plus(-1);
    long first = Slices.clamp(from, whole, SymbolicInteger.ZERO, highest).constant();
    return along(data, axis, length, position -> first + position * step);
  }

  private static IntegerContent along(IntegerContent data, int axis, long length, Source source) {
    long inner = product(data.shape(), axis + 1, data.shape().size());
    long outer = product(data.shape(), 0, axis);
    List<SymbolicInteger> elements = new ArrayList<>();
    for (long block = 0; block < outer; block++) {
      for (long position = 0; position < length; position++) {
        long base = (block * data.shape().get(axis) + source.of(position)) * inner;
        elements.addAll(data.elements().subList((int) base, (int) (base + inner)));
      }
    }
    List<Long> shape = new ArrayList<>(data.shape());
    shape.set(axis, length);
    return new IntegerContent(shape, elements);
  }

  private static long product(List<Long> shape, int from, int to) {
    long product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= shape.get(axis);
    }
    return product;
  }

  static @Nullable IntegerContent transpose(InferenceContext context, @Nullable ValueType output) {
    IntegerContent data = context.content(0);
    List<Long> shape = ShapeArithmetic.smallShape(output);
    if (data == null || shape == null || shape.size() != data.shape().size()) {
      return null;
    }
    int rank = shape.size();
    long[] order = context.node().intsAttributeOrNull("perm");
    long[] strides = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      int from = order == null ? rank - 1 - axis : Axes.normalize(order[axis], rank);
      strides[axis] = product(data.shape(), from + 1, rank);
    }
    List<SymbolicInteger> elements = new ArrayList<>();
    for (int index = 0; index < data.elements().size(); index++) {
      long rest = index;
      long source = 0;
      for (int axis = rank - 1; axis >= 0; axis--) {
        source += rest % shape.get(axis) * strides[axis];
        rest /= shape.get(axis);
      }
      elements.add(data.elements().get((int) source));
    }
    return new IntegerContent(shape, elements);
  }
}
