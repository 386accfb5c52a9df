package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** ArgMax, ArgMin and TopK. Among equal elements the first one wins, unless the node says last. */
final class SortKernels {
  private SortKernels() {}

  static Map<String, Kernel> all() {
    return Map.of(
        "ArgMax", Kernel.of(call -> best(call, true)),
        "ArgMin", Kernel.of(call -> best(call, false)),
        "TopK", SortKernels::topK);
  }

  private static int compare(Tensor data, int left, int right) {
    if (data.dataType() == DataType.UINT64) {
      return Long.compareUnsigned(data.longAt(left), data.longAt(right));
    }
    return Elements.isIntegral(data.dataType())
        ? Long.compare(data.longAt(left), data.longAt(right))
        : Double.compare(data.doubleAt(left), data.doubleAt(right));
  }

  private static Tensor best(Call call, boolean largest) {
    Tensor data = call.input(0);
    int axis = call.axis(call.node().intAttribute("axis", 0), data.rank());
    boolean keep = call.node().intAttribute("keepdims", 1) != 0;
    boolean last = call.node().intAttribute("select_last_index", 0) != 0;
    call.charge(data.shape());
    ReduceKernels.Groups groups = ReduceKernels.Groups.of(call, data, new long[] {axis}, keep);
    if (groups.isEmpty()) {
      throw call.problem("an empty axis has no extreme");
    }
    long[] found = new long[groups.count()];
    for (int group = 0; group < found.length; group++) {
      int[] members = groups.members(group).toArray();
      int best = 0;
      for (int index = 1; index < members.length; index++) {
        int order = compare(data, members[index], members[best]);
        if ((largest ? order > 0 : order < 0) || (last && order == 0)) {
          best = index;
        }
      }
      found[group] = best;
    }
    return Tensor.ofLongs(found, groups.shape());
  }

  private static List<Tensor> topK(Call call) {
    Tensor data = call.input(0);
    int axis = call.axis(call.node().intAttribute("axis", -1), data.rank());
    boolean largest = call.node().intAttribute("largest", 1) != 0;
    long k = call.scalarLong(1);
    if (k < 0 || k > data.dimension(axis)) {
      throw call.problem("cannot take " + k + " elements of axis " + axis + " of " + data);
    }
    call.charge(data.shape());
    ReduceKernels.Groups groups = ReduceKernels.Groups.of(call, data, new long[] {axis}, true);
    long[] shape = Elements.with(data.shape(), axis, k);
    int[] picked = new int[Tensor.elementCount(shape)];
    long[] positions = new long[picked.length];
    int inner = (int) Elements.product(shape, axis + 1, shape.length);
    for (int group = 0; group < groups.count() && k > 0; group++) {
      int[] members = groups.members(group).toArray();
      List<Integer> order = new ArrayList<>();
      for (int index = 0; index < members.length; index++) {
        order.add(index);
      }
      Comparator<Integer> rising = (a, b) -> compare(data, members[a], members[b]);
      order.sort(largest ? rising.reversed() : rising);
      for (int rank = 0; rank < k; rank++) {
        int to = (int) ((group / inner * k + rank) * inner + group % inner);
        picked[to] = members[order.get(rank)];
        positions[to] = order.get(rank);
      }
    }
    return List.of(Elements.pick(data, shape, picked), Tensor.ofLongs(positions, shape));
  }
}
