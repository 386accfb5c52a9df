package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that read elements by index or by condition. */
final class IndexKernels {
  private IndexKernels() {}

  static Map<String, Kernel> all() {
    return Map.of(
        "Gather", Kernel.of(IndexKernels::gather),
        "GatherElements", Kernel.of(IndexKernels::gatherElements),
        "GatherND", Kernel.of(IndexKernels::gatherNd),
        "Where", Kernel.of(IndexKernels::where),
        "NonZero", Kernel.of(IndexKernels::nonZero),
        "Compress", Kernel.of(IndexKernels::compress),
        "OneHot", Kernel.of(IndexKernels::oneHot));
  }

  /** An index brought into range; negative ones count from the end. */
  static long index(Call call, long index, long length) {
    if (index < -length || index >= length) {
      throw call.problem("index " + index + " is outside an axis of length " + length);
    }
    return index < 0 ? index + length : index;
  }

  private static Tensor gather(Call call) {
    Tensor data = call.input(0);
    Tensor indices = call.input(1);
    int axis = call.axis(call.node().intAttribute("axis", 0), data.rank());
    long[] source = data.shape();
    int k = indices.rank();
    long[] shape = new long[source.length - 1 + k];
    System.arraycopy(source, 0, shape, 0, axis);
    System.arraycopy(indices.shape(), 0, shape, axis, k);
    System.arraycopy(source, axis + 1, shape, axis + k, source.length - axis - 1);
    call.charge(shape);
    long inner = Elements.product(source, axis + 1, source.length);
    long outer = Elements.product(source, 0, axis);
    int[] picked = new int[Tensor.elementCount(shape)];
    int to = 0;
    for (long block = 0; block < outer; block++) {
      for (int position = 0; position < indices.size(); position++) {
        long at = index(call, indices.longAt(position), source[axis]);
        for (long element = 0; element < inner; element++) {
          picked[to++] = (int) ((block * source[axis] + at) * inner + element);
        }
      }
    }
    return Elements.pick(data, shape, picked);
  }

  private static Tensor gatherElements(Call call) {
    Tensor data = call.input(0);
    Tensor indices = call.input(1);
    int axis = call.axis(call.node().intAttribute("axis", 0), data.rank());
    call.charge(indices.shape());
    return Elements.pick(data, indices.shape(), elementPositions(call, data, indices, axis));
  }

  /** For each index, the element of {@code data} at its own place with {@code axis} replaced. */
  static int[] elementPositions(Call call, Tensor data, Tensor indices, int axis) {
    if (indices.rank() != data.rank()) {
      throw call.problem("indices " + indices + " have not the rank of " + data);
    }
    long[] shape = indices.shape();
    int[] strides = Elements.strides(data.shape());
    int[] position = {0};
    return Elements.map(
        shape,
        at -> {
          int flat = 0;
          for (int dimension = 0; dimension < strides.length; dimension++) {
            long here = dimension == axis ? indices.longAt(position[0]) : at[dimension];
            flat += (int) index(call, here, data.dimension(dimension)) * strides[dimension];
          }
          position[0]++;
          return flat;
        });
  }

  private static Tensor gatherNd(Call call) {
    Tensor data = call.input(0);
    Tensor indices = call.input(1);
    int batch = (int) call.node().intAttribute("batch_dims", 0);
    if (indices.rank() < 1 || batch < 0 || batch >= Math.min(indices.rank(), data.rank())) {
      throw call.problem("indices " + indices + " do not fit " + data);
    }
    int depth = (int) indices.dimension(-1);
    int rank = data.rank();
    if (batch + depth > rank) {
      throw call.problem("indices of length " + depth + " are too long for " + data);
    }
    long[] source = data.shape();
    long[] outer = Arrays.copyOf(indices.shape(), indices.rank() - 1);
    long[] shape = Arrays.copyOf(outer, outer.length + rank - batch - depth);
    System.arraycopy(source, batch + depth, shape, outer.length, rank - batch - depth);
    call.charge(shape);
    int[] strides = Elements.strides(source);
    int inner = (int) Elements.product(source, batch + depth, rank);
    int batches = (int) Elements.product(source, 0, batch);
    int perBatch = batches == 0 ? 0 : (int) (Elements.product(outer, 0, outer.length) / batches);
    int[] picked = new int[Tensor.elementCount(shape)];
    int to = 0;
    for (int tuple = 0; tuple < batches * perBatch; tuple++) {
      int batchStart = tuple / perBatch * (int) Elements.product(source, batch, rank);
      int start = batchStart;
      for (int part = 0; part < depth; part++) {
        long at = index(call, indices.longAt(tuple * depth + part), source[batch + part]);
        start += (int) at * strides[batch + part];
      }
      for (int element = 0; element < inner; element++) {
        picked[to++] = start + element;
      }
    }
    return Elements.pick(data, shape, picked);
  }

  private static Tensor where(Call call) {
    Tensor condition = call.input(0);
    Tensor yes = call.input(1);
    Tensor no = call.input(2);
    long[] shape = Broadcast.shape(call, List.of(condition, yes, no));
    call.charge(shape);
    int[] conditions = Broadcast.indices(condition.shape(), shape);
    int[] yesIndices = Broadcast.indices(yes.shape(), shape);
    int[] noIndices = Broadcast.indices(no.shape(), shape);
    Tensor joined =
        MovementKernels.concat(call, List.of(yes.reshape(yes.size()), no.reshape(no.size())), 0);
    int[] picked = new int[conditions.length];
    for (int index = 0; index < picked.length; index++) {
      picked[index] =
          condition.longAt(conditions[index]) != 0
              ? yesIndices[index]
              : yes.size() + noIndices[index];
    }
    return Elements.pick(joined, shape, picked);
  }

  private static Tensor nonZero(Call call) {
    Tensor data = call.input(0);
    call.charge(data.shape());
    // A scalar counts as one dimension here, as in NumPy's at-least-one-dimensional view.
    long[] shape = data.isScalar() ? new long[] {1} : data.shape();
    List<long[]> found = new ArrayList<>();
    long[] at = new long[shape.length];
    for (int index = 0; index < data.size(); index++) {
      if (data.doubleAt(index) != 0) {
        found.add(at.clone());
      }
      Elements.next(at, shape);
    }
    int rows = data.isScalar() ? 0 : shape.length;
    long[] positions = new long[rows * found.size()];
    for (int axis = 0; axis < rows; axis++) {
      for (int index = 0; index < found.size(); index++) {
        positions[axis * found.size() + index] = found.get(index)[axis];
      }
    }
    return Tensor.ofLongs(positions, rows, found.size());
  }

  private static Tensor compress(Call call) {
    Tensor data = call.input(0);
    Tensor condition = call.input(1);
    boolean flat = !call.node().attributes().has("axis");
    Tensor source = flat ? data.reshape(data.size()) : data;
    int axis = flat ? 0 : call.axis(call.node().intAttribute("axis", 0), data.rank());
    List<Long> kept = new ArrayList<>();
    for (int index = 0; index < Math.min(condition.size(), source.dimension(axis)); index++) {
      if (condition.longAt(index) != 0) {
        kept.add((long) index);
      }
    }
    long[] shape = Elements.with(source.shape(), axis, kept.size());
    call.charge(shape);
    int[] strides = Elements.strides(source.shape());
    return Elements.pick(
        source,
        shape,
        Elements.map(
            shape,
            at -> Elements.flat(Elements.with(at, axis, kept.get((int) at[axis])), strides)));
  }

  private static Tensor oneHot(Call call) {
    Tensor indices = call.input(0);
    long depth = call.scalarLong(1);
    Tensor values = call.input(2);
    if (values.size() != 2 || depth < 0) {
      throw call.problem("it needs a depth and the two values off and on");
    }
    int axis = call.axis(call.node().intAttribute("axis", -1), indices.rank() + 1);
    long[] source = indices.shape();
    long[] shape = new long[source.length + 1];
    System.arraycopy(source, 0, shape, 0, axis);
    shape[axis] = depth;
    System.arraycopy(source, axis, shape, axis + 1, source.length - axis);
    call.charge(shape);
    int inner = (int) Elements.product(source, axis, source.length);
    int[] position = {0};
    int[] picked =
        Elements.map(
            shape,
            at -> {
              int flat = position[0]++;
              int outer = (int) (flat / (inner * depth));
              double wanted = indices.doubleAt(outer * inner + flat % inner);
              double fromStart = wanted < 0 ? wanted + depth : wanted;
              return fromStart == at[axis] ? 1 : 0;
            });
    return Elements.pick(values, shape, picked);
  }
}
