package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.formats.pytorch.aten.AtenValue.TensorValue;
import io.nncf4j.formats.pytorch.aten.AtenValue.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Parts of tensors: slices, splits and elements by index. */
final class IndexingRules {
  private IndexingRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    rules.put("select", AtenRule.of("self dim index", IndexingRules::select));
    rules.put("slice", AtenRule.of("self dim start end step", IndexingRules::slice));
    rules.put("narrow", AtenRule.of("self dim start length", IndexingRules::narrow));
    rules.put("chunk", AtenRule.of("self chunks dim", IndexingRules::chunk));
    rules.put("split", AtenRule.of("self split_size dim", IndexingRules::split));
    rules.put("split_with_sizes", AtenRule.of("self split_sizes dim", IndexingRules::splitSizes));
    rules.put("unbind", AtenRule.of("self dim", IndexingRules::unbind));
    rules.put(
        "index_select",
        AtenRule.of(
            "self dim index",
            call ->
                call.finish(
                    "Gather", axis(call, "self"), call.tensor("self"), call.tensor("index"))));
    rules.put(
        "gather",
        AtenRule.of(
            "self dim index sparse_grad",
            call ->
                call.finish(
                    "GatherElements",
                    axis(call, "self"),
                    call.tensor("self"),
                    call.tensor("index"))));
    rules.put(
        "embedding",
        AtenRule.of(
            "weight indices padding_idx scale_grad_by_freq sparse",
            call -> call.finish("Gather", call.tensor("weight"), call.tensor("indices"))));
    rules.put("index", AtenRule.of("self indices", IndexingRules::index));
    rules.put("getitem", AtenRule.of("list index", IndexingRules::item));
    rules.put("topk", AtenRule.of("self k dim largest sorted", IndexingRules::largest));
  }

  private static Attributes axis(AtenCall call, String parameter) {
    return Attributes.NONE.with("axis", (long) call.axis("dim", 0, call.tensor(parameter)));
  }

  private static void select(AtenCall call) {
    call.finish(
        "Gather", axis(call, "self"), call.tensor("self"), call.number(call.argument("index")));
  }

  private static void slice(AtenCall call) {
    String self = call.tensor("self");
    AtenValue start = call.has("start") ? call.argument("start") : new Whole(0);
    AtenValue end = call.has("end") ? call.argument("end") : new Whole(Long.MAX_VALUE);
    long step = call.whole("step", 1);
    boolean all = start.equals(new Whole(0)) && end.equals(new Whole(Long.MAX_VALUE)) && step == 1;
    if (all) {
      call.result(self);
      return;
    }
    call.finish(
        "Slice",
        self,
        call.sizes(List.of(start)),
        call.sizes(List.of(end)),
        call.ints(call.axis("dim", 0, self)),
        call.ints(step));
  }

  private static void narrow(AtenCall call) {
    String self = call.tensor("self");
    long start = call.whole("start", 0);
    call.finish(
        "Slice",
        self,
        call.ints(start),
        call.ints(Math.addExact(start, call.whole("length", 0))),
        call.ints(call.axis("dim", 0, self)));
  }

  private static void chunk(AtenCall call) {
    String self = call.tensor("self");
    int axis = call.axis("dim", 0, self);
    long length = known(call, self, axis);
    long chunks = Math.max(1, call.whole("chunks", 1));
    pieces(call, self, axis, length, (length + chunks - 1) / chunks);
  }

  private static long known(AtenCall call, String self, int axis) {
    long length = call.length(self, axis);
    if (length < 0) {
      throw new InexpressibleCallException("the length that it splits is not known");
    }
    return length;
  }

  private static void split(AtenCall call) {
    if (call.argument("split_size") instanceof AtenValue.Many) {
      parts(
          call,
          call.tensor("self"),
          call.axis("dim", 0, call.tensor("self")),
          call.wholes("split_size"));
      return;
    }
    String self = call.tensor("self");
    int axis = call.axis("dim", 0, self);
    pieces(call, self, axis, known(call, self, axis), call.whole("split_size", 1));
  }

  private static void splitSizes(AtenCall call) {
    String self = call.tensor("self");
    parts(call, self, call.axis("dim", 0, self), call.wholes("split_sizes"));
  }

  private static void pieces(AtenCall call, String self, int axis, long length, long piece) {
    if (piece < 1 || length / piece > 4096) {
      throw new InexpressibleCallException("it splits " + length + " into pieces of " + piece);
    }
    long[] sizes = new long[(int) ((length + piece - 1) / piece)];
    for (int index = 0; index < sizes.length; index++) {
      sizes[index] = Math.min(piece, length - index * piece);
    }
    parts(call, self, axis, sizes);
  }

  private static void parts(AtenCall call, String self, int axis, long[] sizes) {
    if (sizes.length == 1) {
      call.resultList(List.of(self));
      return;
    }
    call.resultList(
        call.emitAll(
            "Split",
            Attributes.NONE.with("axis", (long) axis),
            sizes.length,
            List.of(self, call.ints(sizes))));
  }

  private static void unbind(AtenCall call) {
    String self = call.tensor("self");
    int axis = call.axis("dim", 0, self);
    long length = known(call, self, axis);
    if (length > 4096) {
      throw new InexpressibleCallException("it makes " + length + " tensors");
    }
    List<String> all = new ArrayList<>();
    for (long index = 0; index < length; index++) {
      all.add(
          call.emit(
              "Gather",
              Attributes.NONE.with("axis", (long) axis),
              self,
              call.scalar(DataType.INT64, index)));
    }
    call.resultList(all);
  }

  private static void item(AtenCall call) {
    List<AtenValue> items = call.many("list");
    int index = AtenCall.axis(call.whole("index", 0), items.size());
    call.result(items.get(index));
  }

  private static void largest(AtenCall call) {
    String self = call.tensor("self");
    List<String> both =
        call.emitAll(
            "TopK",
            Attributes.NONE
                .with("axis", (long) call.axis("dim", -1, self))
                .with("largest", call.whole("largest", 1))
                .with("sorted", call.whole("sorted", 1)),
            2,
            List.of(self, call.sizes(List.of(call.argument("k")))));
    call.result(both.get(0), both.get(1));
  }

  /**
   * Elements by tensors of indices that broadcast together. Where the indexed axes are neighbours
   * the new axes stand in their place, else in front.
   */
  private static void index(AtenCall call) {
    String self = call.tensor("self");
    int rank = call.rank(self);
    List<Integer> axes = new ArrayList<>();
    List<String> indices = new ArrayList<>();
    List<AtenValue> given = call.many("indices");
    for (int axis = 0; axis < given.size(); axis++) {
      if (given.get(axis) instanceof TensorValue tensor) {
        if (!call.dataType(tensor.value()).isInteger()) {
          throw new InexpressibleCallException("it selects by a mask");
        }
        axes.add(axis);
        indices.add(call.cast(tensor.value(), DataType.INT64));
      }
    }
    if (axes.size() == 1) {
      call.finish("Gather", Attributes.NONE.with("axis", (long) axes.get(0)), self, indices.get(0));
      return;
    }
    int newRank = indices.stream().mapToInt(call::rank).max().orElse(0);
    boolean together =
        !axes.isEmpty() && axes.get(axes.size() - 1) - axes.get(0) == axes.size() - 1;
    if (!together) {
      throw new InexpressibleCallException("its indexed axes " + axes + " are no neighbours");
    }
    String whole = indices.get(0);
    for (String other : indices.subList(1, indices.size())) {
      whole = call.emit("Add", whole, other);
    }
    String shape = call.emit("Shape", whole);
    List<String> stacked = new ArrayList<>();
    for (String one : indices) {
      stacked.add(call.emit("Unsqueeze", call.emit("Expand", one, shape), call.ints(newRank)));
    }
    String all =
        call.emitAll("Concat", Attributes.NONE.with("axis", (long) newRank), 1, stacked).get(0);
    int first = axes.get(0);
    String front = moved(call, self, rank, first, axes.size());
    String found = call.emit("GatherND", front, all);
    // The axes before the indexed ones now stand behind the new axes: bring them to the front.
    int total = newRank + rank - axes.size();
    long[] back = new long[total];
    for (int axis = 0; axis < total; axis++) {
      back[axis] = axis < first ? newRank + axis : axis < first + newRank ? axis - first : axis;
    }
    call.finish("Transpose", Attributes.NONE.with("perm", back), found);
  }

  private static String moved(AtenCall call, String self, int rank, int first, int count) {
    long[] order = new long[rank];
    int at = 0;
    for (int axis = first; axis < first + count; axis++) {
      order[at++] = axis;
    }
    for (int axis = 0; axis < rank; axis++) {
      if (axis < first || axis >= first + count) {
        order[at++] = axis;
      }
    }
    return call.emit("Transpose", Attributes.NONE.with("perm", order), self);
  }
}
