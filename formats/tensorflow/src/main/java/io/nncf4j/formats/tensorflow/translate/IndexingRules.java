package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.proto.AttributeValue;
import io.nncf4j.formats.tensorflow.proto.TensorFlowTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Parts of values: slices and elements by index. */
final class IndexingRules {
  private IndexingRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("StridedSlice", IndexingRules::stridedSlice);
    rules.put("Slice", IndexingRules::slice);
    rules.put("Gather", node -> gather(node, 0));
    rules.put("ResourceGather", node -> gather(node, 0));
    rules.put(
        "GatherV2",
        node -> gather(node, NodeContext.axis(node.integer(2), node.rank(node.plain(0)))));
    rules.put(
        "GatherNd",
        node ->
            node.plainResult(
                node.last("GatherND", node.plain(0), node.cast(node.plain(1), DataType.INT64))));
    rules.put("TopKV2", IndexingRules::largest);
    rules.put("Where", IndexingRules::where);
    rules.put("NonMaxSuppressionV2", node -> suppress(node, 3, -1));
    rules.put("NonMaxSuppressionV3", node -> suppress(node, 3, 4));
    rules.put("OneHot", IndexingRules::oneHot);
    rules.put("ReverseV2", IndexingRules::reverse);
    rules.put("ScatterNd", IndexingRules::scatter);
  }

  private static void gather(NodeContext node, long axis) {
    if (node.node.number("batch_dims", 0) != 0) {
      throw new InexpressibleNodeException("it gathers within batches");
    }
    node.plainResult(
        node.last("Gather", Attributes.NONE.with("axis", axis), node.plain(0), node.plain(1)));
  }

  private static void slice(NodeContext node) {
    LaidOut input = node.input(0);
    long[] begin = node.integers(1);
    long[] size = node.integers(2);
    long[] end = new long[begin.length];
    for (int axis = 0; axis < begin.length; axis++) {
      end[axis] = size[axis] < 0 ? Long.MAX_VALUE : begin[axis] + size[axis];
    }
    finish(node, input, begin, end, null);
  }

  private static void finish(
      NodeContext node,
      LaidOut input,
      long[] begin,
      long[] end,
      long @org.jspecify.annotations.Nullable [] steps) {
    boolean picture = input.isChannelsFirst();
    String value = picture ? input.value() : node.translation().plain(input);
    int rank = node.rank(value);
    List<Long> axes = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    List<Long> strides = new ArrayList<>();
    for (int axis = 0; axis < begin.length; axis++) {
      long step = steps == null ? 1 : steps[axis];
      if (begin[axis] == 0 && end[axis] == Long.MAX_VALUE && step == 1) {
        continue;
      }
      axes.add((long) (picture ? Layout.moved(axis, rank) : axis));
      starts.add(begin[axis]);
      ends.add(end[axis]);
      strides.add(step);
    }
    String result =
        axes.isEmpty()
            ? value
            : node.emit(
                "Slice",
                value,
                node.ints(array(starts)),
                node.ints(array(ends)),
                node.ints(array(axes)),
                node.ints(array(strides)));
    node.result(picture ? LaidOut.channelsFirst(result) : LaidOut.plain(result));
  }

  private static long[] array(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private static void stridedSlice(NodeContext node) {
    LaidOut input = node.input(0);
    long ellipsis = node.node.number("ellipsis_mask", 0);
    long[] begin = node.integers(1);
    long added = node.node.number("new_axis_mask", 0);
    // An ellipsis wins over a new axis, and a new axis over one that is dropped.
    added &= ~ellipsis & ((1L << Math.min(begin.length, 62)) - 1);
    if (added != 0) {
      stridedSliceOfWider(node, begin, ellipsis, added);
      return;
    }
    stridedSlice(node, input, ellipsis, begin, node.node.number("shrink_axis_mask", 0), 0);
  }

  /** New axes are made first; each is then taken whole. */
  private static void stridedSliceOfWider(
      NodeContext node, long[] begin, long ellipsis, long added) {
    String plain = node.plain(0);
    int rank = node.rank(plain) + Long.bitCount(added);
    List<Long> axes = new ArrayList<>();
    int axis = 0;
    for (int item = 0; item < begin.length; item++) {
      if ((ellipsis >> item & 1) != 0) {
        axis += rank - (begin.length - 1);
        continue;
      }
      if ((added >> item & 1) != 0) {
        axes.add((long) axis);
      }
      axis++;
    }
    if (axes.stream().anyMatch(each -> each >= rank)) {
      throw new InexpressibleNodeException("it slices " + begin.length + " of " + rank + " axes");
    }
    LaidOut wider = LaidOut.plain(node.emit("Unsqueeze", plain, node.ints(array(axes))));
    long shrunk = node.node.number("shrink_axis_mask", 0) & ~added;
    stridedSlice(node, wider, ellipsis, begin, shrunk, added);
  }

  /**
   * @param shrunk a bit for each number of {@code begin} whose axis is dropped
   * @param whole a bit for each whose axis is taken whole
   */
  private static void stridedSlice(
      NodeContext node, LaidOut input, long ellipsis, long[] begin, long shrunk, long whole) {
    int rank = node.rank(input.value());
    long[] end = node.integers(2);
    long[] steps = node.integers(3);
    if (Long.bitCount(ellipsis) > 1
        || begin.length - Long.bitCount(ellipsis) > rank
        || end.length != begin.length
        || steps.length != begin.length) {
      throw new InexpressibleNodeException("it slices " + begin.length + " of " + rank + " axes");
    }
    long[] starts = new long[rank];
    long[] ends = new long[rank];
    long[] strides = new long[rank];
    java.util.Arrays.fill(ends, Long.MAX_VALUE);
    java.util.Arrays.fill(strides, 1);
    List<Long> dropped = new ArrayList<>();
    int axis = 0;
    for (int item = 0; item < begin.length; item++) {
      if ((ellipsis >> item & 1) != 0) {
        axis += rank - (begin.length - 1);
        continue;
      }
      if ((whole >> item & 1) != 0) {
        axis++;
        continue;
      }
      strides[axis] = steps[item];
      if ((shrunk >> item & 1) != 0) {
        dropped.add((long) axis);
        starts[axis] = begin[item];
        ends[axis] = begin[item] == -1 ? Long.MAX_VALUE : begin[item] + 1;
        strides[axis] = 1;
      } else {
        boolean back = steps[item] < 0;
        boolean opens = (node.node.number("begin_mask", 0) >> item & 1) != 0;
        boolean closes = (node.node.number("end_mask", 0) >> item & 1) != 0;
        starts[axis] = opens ? back ? Long.MAX_VALUE : 0 : begin[item];
        ends[axis] = closes ? back ? Long.MIN_VALUE + 1 : Long.MAX_VALUE : end[item];
      }
      axis++;
    }
    if (dropped.isEmpty()) {
      finish(node, input, starts, ends, strides);
      return;
    }
    finish(node, LaidOut.plain(node.translation().plain(input)), starts, ends, strides);
    LaidOut sliced = node.translation().value(node.node.name() + ":0");
    node.plainResult(node.last("Squeeze", sliced.value(), node.ints(array(dropped))));
  }

  /** Slices from the last element of some axes to the first. */
  private static void reverse(NodeContext node) {
    LaidOut input = node.input(0);
    int rank = node.rank(input.value());
    long[] starts = new long[rank];
    long[] ends = new long[rank];
    long[] steps = new long[rank];
    java.util.Arrays.fill(ends, Long.MAX_VALUE);
    java.util.Arrays.fill(steps, 1);
    for (long each : node.integers(1)) {
      int axis = NodeContext.axis(each, rank);
      starts[axis] = Long.MAX_VALUE;
      ends[axis] = Long.MIN_VALUE + 1;
      steps[axis] = -1;
    }
    finish(node, input, starts, ends, steps);
  }

  /** Adds parts to zeros: places may come twice. */
  private static void scatter(NodeContext node) {
    String shape = node.cast(node.plain(2), DataType.INT64);
    DataType type = node.dataType(node.plain(1));
    Tensor zero = Tensor.ofDoubles(type, new double[] {0}, 1);
    String zeros = node.emit("ConstantOfShape", Attributes.of("value", Attribute.of(zero)), shape);
    node.plainResult(
        node.last(
            "ScatterND",
            Attributes.NONE.with("reduction", "add"),
            zeros,
            node.cast(node.plain(0), DataType.INT64),
            node.plain(1)));
  }

  private static void largest(NodeContext node) {
    List<String> both =
        node.emitAll(
            "TopK", Attributes.NONE, 2, List.of(node.plain(0), node.ints(node.integer(1))));
    node.result(0, LaidOut.plain(both.get(0)));
    node.result(1, LaidOut.plain(node.cast(both.get(1), DataType.INT32)));
  }

  /** Places of what is true, one row for each. */
  private static void where(NodeContext node) {
    String places = node.emit("NonZero", node.plain(0));
    node.plainResult(node.last("Transpose", Attributes.NONE.with("perm", 1L, 0L), places));
  }

  private static void suppress(NodeContext node, int overlap, int score) {
    String boxes = node.emit("Unsqueeze", node.plain(0), node.ints(0));
    String scores = node.emit("Unsqueeze", node.plain(1), node.ints(0, 1));
    Tensor known = node.knownOrNull(2);
    String count =
        known != null
            ? node.ints(known.longAt(0))
            : node.emit("Reshape", node.cast(node.plain(2), DataType.INT64), node.ints(1));
    List<String> read = new ArrayList<>(List.of(boxes, scores, count));
    String least;
    if (node.inputCount() > overlap) {
      least = node.emit("Reshape", node.plain(overlap), node.ints(1));
    } else {
      float threshold = node.node.real("iou_threshold", 0.5f);
      least = node.constant(Tensor.ofFloats(new float[] {threshold}, 1));
    }
    read.add(least);
    if (score > 0 && node.inputCount() > score) {
      read.add(node.emit("Reshape", node.plain(score), node.ints(1)));
    }
    String found = node.emitAll("NonMaxSuppression", Attributes.NONE, 1, read).get(0);
    String last =
        node.emit(
            "Gather", Attributes.NONE.with("axis", 1L), found, node.constant(Tensor.scalar(2L)));
    node.plainResult(node.cast(last, DataType.INT32));
  }

  private static void oneHot(NodeContext node) {
    AttributeValue type = node.node.attribute("T");
    String off = node.plain(3);
    String on = node.plain(2);
    if (type != null && TensorFlowTypes.typeOrNull(type.type()) == null) {
      throw new InexpressibleNodeException("its values have a type that is not read");
    }
    String both =
        node.emit(
            "Concat",
            Attributes.NONE.with("axis", 0L),
            node.emit("Reshape", off, node.ints(1)),
            node.emit("Reshape", on, node.ints(1)));
    // ONNX counts negative indices from the end, TensorFlow makes a row of off values of them.
    String indices = node.cast(node.plain(0), DataType.INT64);
    String depth = node.cast(node.plain(1), DataType.INT64);
    String negative = node.emit("Less", indices, node.constant(Tensor.scalar(0L)));
    node.plainResult(
        node.last(
            "OneHot",
            Attributes.NONE.with("axis", node.node.number("axis", -1)),
            node.emit("Where", negative, depth, indices),
            depth,
            both));
  }
}
