package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.proto.AttributeValue;
import io.nncf4j.formats.tensorflow.proto.TensorFlowTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shapes, the order of axes, and values that are made of shapes. */
final class ShapeRules {
  private ShapeRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("Reshape", ShapeRules::reshape);
    rules.put("Squeeze", ShapeRules::squeeze);
    rules.put("ExpandDims", ShapeRules::expand);
    rules.put("Transpose", ShapeRules::transpose);
    rules.put("Shape", ShapeRules::shape);
    rules.put("Fill", ShapeRules::fill);
    rules.put("ZerosLike", node -> like(node, 0));
    rules.put("OnesLike", node -> like(node, 1));
    rules.put("Range", ShapeRules::range);
    rules.put("Tile", ShapeRules::tile);
    rules.put("BroadcastTo", ShapeRules::broadcast);
    rules.put("Rank", node -> node.plainResult(node.constant(rankOf(node))));
    rules.put("Size", ShapeRules::size);
    rules.put("Pad", node -> pad(node, "constant"));
    rules.put("PadV2", node -> pad(node, "constant"));
    rules.put("MirrorPad", ShapeRules::mirror);
  }

  private static Tensor rankOf(NodeContext node) {
    return Tensor.ofInts(new int[] {node.rank(node.input(0).value())});
  }

  private static String int64(NodeContext node, int index) {
    Tensor known = node.knownOrNull(index);
    return known != null && known.rank() == 1
        ? node.ints(known.toLongs())
        : node.cast(node.plain(index), DataType.INT64);
  }

  private static void reshape(NodeContext node) {
    LaidOut input = node.input(0);
    long[] target = node.translation().graph().elements(node.plain(1));
    if (input.isChannelsFirst() && target != null && target.length == 2) {
      Layout.Flattened flattened = flattened(node, input, target);
      if (flattened != null) {
        String value = node.last("Flatten", Attributes.NONE.with("axis", 1L), input.value());
        boolean plain = flattened.height() * flattened.width() == 1 || flattened.channels() == 1;
        node.result(plain ? LaidOut.plain(value) : new LaidOut(value, flattened));
        return;
      }
    }
    if (input.layout() instanceof Layout.Flattened flat && target != null && target.length == 2) {
      boolean same = target[1] == flat.height() * flat.width() * flat.channels();
      if (same || (target[1] == -1 && target[0] == GraphComposer.OPEN)) {
        node.result(input);
        return;
      }
    }
    String plain = node.plain(0);
    node.plainResult(node.last("Reshape", plain, target(node, target)));
  }

  /** A single length that is not known becomes -1, where none is yet. */
  private static String target(NodeContext node, long @Nullable [] target) {
    int open = 0;
    int inferred = 0;
    if (target != null) {
      for (long each : target) {
        open += each == GraphComposer.OPEN ? 1 : 0;
        inferred += each == -1 ? 1 : 0;
      }
    }
    if (target == null || open + inferred > 1) {
      return int64(node, 1);
    }
    long[] known = target.clone();
    for (int axis = 0; axis < known.length; axis++) {
      known[axis] = known[axis] == GraphComposer.OPEN ? -1 : known[axis];
    }
    return node.ints(known);
  }

  private static Layout.@Nullable Flattened flattened(
      NodeContext node, LaidOut input, long[] target) {
    if (node.rank(input.value()) != 4) {
      return null;
    }
    long batch = node.length(input.value(), 0);
    long channels = node.length(input.value(), 1);
    long height = node.length(input.value(), 2);
    long width = node.length(input.value(), 3);
    if (channels < 1 || height < 1 || width < 1) {
      return null;
    }
    long all = channels * height * width;
    boolean rows = target[0] == -1 || target[0] == GraphComposer.OPEN || target[0] == batch;
    boolean columns = target[1] == all || (target[1] == -1 && target[0] != -1 && rows);
    return rows && columns ? new Layout.Flattened(height, width, channels) : null;
  }

  private static void squeeze(NodeContext node) {
    LaidOut input = node.input(0);
    long[] axes = node.node.numbers("squeeze_dims", node.node.numbers("axis"));
    int rank = node.rank(input.value());
    List<Long> counted = new ArrayList<>();
    for (long axis : axes) {
      counted.add((long) NodeContext.axis(axis, rank));
    }
    boolean lengths =
        input.isChannelsFirst()
            && counted.size() == rank - 2
            && counted.stream().allMatch(axis -> axis > 0 && axis < rank - 1);
    if (lengths) {
      long[] stored = counted.stream().mapToLong(axis -> axis + 1).toArray();
      node.plainResult(node.last("Squeeze", input.value(), node.ints(stored)));
      return;
    }
    String plain = node.plain(0);
    if (counted.isEmpty()) {
      for (int axis = 0; axis < rank; axis++) {
        if (node.length(plain, axis) == 1) {
          counted.add((long) axis);
        }
      }
    }
    node.plainResult(
        counted.isEmpty()
            ? plain
            : node.last(
                "Squeeze",
                plain,
                node.ints(counted.stream().mapToLong(Long::longValue).toArray())));
  }

  private static void expand(NodeContext node) {
    String plain = node.plain(0);
    long axis = NodeContext.axis(node.integer(1), node.rank(plain) + 1);
    Tensor known = node.translation().graph().known(plain);
    if (known != null && node.translation().graph().isConstant(plain)) {
      long[] shape = new long[known.rank() + 1];
      for (int at = 0; at < shape.length; at++) {
        shape[at] = at == axis ? 1 : known.dimension(at < axis ? at : at - 1);
      }
      node.plainResult(node.constant(known.reshape(shape)));
      return;
    }
    node.plainResult(node.last("Unsqueeze", plain, node.ints(axis)));
  }

  /** What turns a picture to the layout that it is stored in is nothing to do. */
  private static void transpose(NodeContext node) {
    LaidOut input = node.input(0);
    long[] order = node.integers(1);
    if (order.length == 4) {
      if (input.isChannelsFirst() && java.util.Arrays.equals(order, Layout.toChannelsFirst(4))) {
        node.plainResult(input.value());
        return;
      }
      if (input.isPlain() && java.util.Arrays.equals(order, Layout.toChannelsLast(4))) {
        node.result(LaidOut.channelsFirst(input.value()));
        return;
      }
    }
    String plain = node.plain(0);
    if (order.length != node.rank(plain)) {
      throw new InexpressibleNodeException("it moves " + order.length + " axes");
    }
    node.plainResult(
        node.translation().graph().isConstant(plain)
            ? node.translation().transposed(plain, order)
            : node.last("Transpose", Attributes.NONE.with("perm", order), plain));
  }

  private static void shape(NodeContext node) {
    LaidOut input = node.input(0);
    String all;
    if (input.isChannelsFirst()) {
      long[] order = Layout.toChannelsLast(node.rank(input.value()));
      all = node.emit("Gather", node.emit("Shape", input.value()), node.ints(order));
    } else {
      all = node.emit("Shape", node.plain(0));
    }
    AttributeValue wanted = node.node.attribute("out_type");
    DataType type = wanted == null ? DataType.INT32 : TensorFlowTypes.type(wanted.type());
    node.plainResult(node.cast(all, type));
  }

  private static void size(NodeContext node) {
    node.plainResult(node.cast(node.emit("Size", node.input(0).value()), DataType.INT32));
  }

  private static void fill(NodeContext node) {
    String value = node.plain(1);
    Tensor known = node.translation().graph().known(value);
    if (known == null || known.size() != 1) {
      node.plainResult(node.last("Expand", value, int64(node, 0)));
      return;
    }
    Attributes attributes = Attributes.of("value", Attribute.of(known.reshape(1)));
    node.plainResult(node.last("ConstantOfShape", attributes, int64(node, 0)));
  }

  private static void like(NodeContext node, double value) {
    LaidOut input = node.input(0);
    Tensor one = Tensor.ofDoubles(node.dataType(input.value()), new double[] {value}, 1);
    String shape = node.emit("Shape", input.value());
    node.result(
        new LaidOut(
            node.last("ConstantOfShape", Attributes.of("value", Attribute.of(one)), shape),
            input.layout()));
  }

  private static void range(NodeContext node) {
    node.plainResult(node.last("Range", node.plain(0), node.plain(1), node.plain(2)));
  }

  private static void tile(NodeContext node) {
    node.plainResult(node.last("Tile", node.plain(0), int64(node, 1)));
  }

  private static void broadcast(NodeContext node) {
    node.plainResult(node.last("Expand", node.plain(0), int64(node, 1)));
  }

  private static void mirror(NodeContext node) {
    if (node.node.text("mode", "REFLECT").equals("REFLECT")) {
      pad(node, "reflect");
    } else {
      SymmetricPadding.translate(node);
    }
  }

  private static void pad(NodeContext node, String mode) {
    LaidOut input = node.input(0);
    long[] pairs = node.integers(1);
    int rank = pairs.length / 2;
    boolean first = input.isChannelsFirst();
    String value = first ? input.value() : node.plain(0);
    if (rank != node.rank(value)) {
      throw new InexpressibleNodeException("it pads " + rank + " axes");
    }
    long[] pads = new long[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      int stored = first ? Layout.moved(axis, rank) : axis;
      pads[stored] = pairs[2 * axis];
      pads[stored + rank] = pairs[2 * axis + 1];
    }
    Attributes attributes = Attributes.NONE.with("mode", mode);
    String result =
        node.inputCount() > 2
            ? node.last("Pad", attributes, value, node.ints(pads), node.plain(2))
            : node.last("Pad", attributes, value, node.ints(pads));
    node.result(first ? LaidOut.channelsFirst(result) : LaidOut.plain(result));
  }
}
