package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.tensorflow.flat.FlatGraph;
import io.nncf4j.formats.tensorflow.proto.AttributeValue;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import io.nncf4j.formats.tensorflow.proto.TensorFlowTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of tensors: {@code TensorArray} of TensorFlow 1, where each change makes a new flow, and
 * {@code TensorList} of TensorFlow 2. Loops write them in {@link LoopTranslation}.
 */
final class ArrayRules {
  private ArrayRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("TensorArrayV3", ArrayRules::make);
    rules.put("TensorArrayScatterV3", ArrayRules::scatter);
    rules.put("TensorArrayWriteV3", node -> write(node, content(node, 3), 1, 2));
    rules.put("TensorArrayReadV3", node -> read(node, content(node, 2), 1));
    rules.put("TensorArrayGatherV3", node -> gather(node, content(node, 2), 1));
    rules.put("TensorArrayConcatV3", node -> join(node, content(node, 1)));
    rules.put("TensorArraySizeV3", node -> size(node, content(node, 1)));
    rules.put("TensorListReserve", node -> makeList(node, node.plain(1)));
    rules.put("EmptyTensorList", node -> makeList(node, null));
    rules.put("TensorListFromTensor", node -> define(node, stacked(node.plain(0))));
    rules.put("TensorListSetItem", node -> write(node, content(node, 0), 1, 2));
    rules.put("TensorListPushBack", node -> write(node, content(node, 0), -1, 1));
    rules.put("TensorListGetItem", node -> read(node, content(node, 0), 1));
    rules.put("TensorListGather", node -> gather(node, content(node, 0), 1));
    rules.put("TensorListStack", node -> node.plainResult(stack(node, content(node, 0))));
    rules.put("TensorListConcatV2", node -> join(node, content(node, 0)));
    rules.put("TensorListLength", node -> size(node, content(node, 0)));
  }

  static LaidOut stacked(String tensor) {
    return new LaidOut(tensor, new Layout.Array(new ArrayContent.Stacked(tensor)));
  }

  static LaidOut joined(String tensor) {
    return new LaidOut(tensor, new Layout.Array(new ArrayContent.Joined(tensor)));
  }

  private static void define(NodeContext node, LaidOut array) {
    node.result(0, array);
    if (node.node.operator().equals("TensorArrayV3")) {
      node.result(1, array);
    }
  }

  private static LaidOut written(ArrayContent.Written content) {
    return new LaidOut("", new Layout.Array(content));
  }

  private static ArrayContent content(NodeContext node, int index) {
    if (node.input(index).layout() instanceof Layout.Array array) {
      return array.content();
    }
    throw new InexpressibleNodeException("what it reads is not known to be an array");
  }

  private static void make(NodeContext node) {
    AttributeValue shape = node.node.attribute("element_shape");
    AttributeValue type = node.node.attribute("dtype");
    boolean grows = node.node.flag("dynamic_size", false);
    define(
        node,
        written(
            new ArrayContent.Written(
                TensorFlowTypes.type(type == null ? 1 : type.type()),
                shape == null || !shape.hasShape() ? null : shape.shape(),
                grows ? null : node.plain(0),
                List.of())));
  }

  private static void makeList(NodeContext node, @Nullable String size) {
    AttributeValue type = node.node.attribute("element_dtype");
    Tensor lengths = node.knownOrNull(0);
    Shape shape = null;
    if (lengths != null && lengths.rank() == 1) {
      shape = Shape.SCALAR;
      Dimension[] dimensions = new Dimension[lengths.size()];
      for (int axis = 0; axis < dimensions.length; axis++) {
        long length = lengths.longAt(axis);
        dimensions[axis] = length < 0 ? Dimension.UNKNOWN : Dimension.of(length);
      }
      shape = Shape.of(dimensions);
    }
    define(
        node,
        written(
            new ArrayContent.Written(
                TensorFlowTypes.type(type == null ? 1 : type.type()), shape, size, List.of())));
  }

  private static void write(NodeContext node, ArrayContent content, int index, int value) {
    if (!(content instanceof ArrayContent.Written written)) {
      throw new InexpressibleNodeException("it changes an element of an array that was filled");
    }
    String reference = index < 0 ? "" : node.node.inputs().get(index);
    Tensor known = index < 0 ? null : node.knownOrNull(index);
    long at = index < 0 ? written.items().size() : known == null ? -1 : known.longAt(0);
    define(node, written(written.with(new ArrayContent.Item(reference, at, node.plain(value)))));
  }

  private static void scatter(NodeContext node) {
    if (!(content(node, 3) instanceof ArrayContent.Written written)
        || !written.items().isEmpty()
        || !countsUp(node, 1)) {
      throw new InexpressibleNodeException("it fills an array in another order than 0, 1, 2, ...");
    }
    define(node, stacked(node.plain(2)));
  }

  /** True for 0, 1, 2, ...: as many as the operator needs. */
  private static boolean countsUp(NodeContext node, int index) {
    Tensor known = node.knownOrNull(index);
    if (known != null) {
      for (int at = 0; at < known.size(); at++) {
        if (known.longAt(at) != at) {
          return false;
        }
      }
      return true;
    }
    FlatGraph flat = node.translation().flat();
    NodeDefinition range = flat.node(FlatGraph.nodeOf(node.node.inputs().get(index)));
    return range != null
        && range.operator().equals("Range")
        && range.inputs().size() == 3
        && isKnown(node, range.inputs().get(0), 0)
        && isKnown(node, range.inputs().get(2), 1);
  }

  private static boolean isKnown(NodeContext node, String reference, long value) {
    Tensor known =
        node.translation().has(reference)
            ? node.translation().graph().known(node.translation().value(reference).value())
            : null;
    return known != null && known.size() == 1 && known.longAt(0) == value;
  }

  private static void read(NodeContext node, ArrayContent content, int index) {
    Tensor known = node.knownOrNull(index);
    if (content instanceof ArrayContent.Written written && known != null) {
      for (ArrayContent.Item item : written.items()) {
        if (item.index() == known.longAt(0)) {
          node.plainResult(item.value());
          return;
        }
      }
    }
    node.plainResult(node.last("Gather", stack(node, content), node.plain(index)));
  }

  private static void gather(NodeContext node, ArrayContent content, int index) {
    String all = stack(node, content);
    node.plainResult(countsUp(node, index) ? all : node.last("Gather", all, node.plain(index)));
  }

  /** The elements along a first axis. */
  private static String stack(NodeContext node, ArrayContent content) {
    if (content instanceof ArrayContent.Stacked stacked) {
      return stacked.tensor();
    }
    List<String> rows = new ArrayList<>();
    for (String item : items(content)) {
      rows.add(node.emit("Unsqueeze", item, node.ints(0)));
    }
    return node.emit("Concat", Attributes.NONE.with("axis", 0L), rows.toArray(new String[0]));
  }

  private static void join(NodeContext node, ArrayContent content) {
    if (node.isRead(1)) {
      throw new InexpressibleNodeException("the lengths of what it joins are asked for");
    }
    if (content instanceof ArrayContent.Joined joined) {
      node.plainResult(joined.tensor());
      return;
    }
    if (content instanceof ArrayContent.Stacked stacked) {
      node.plainResult(withoutFirstAxis(node, stacked.tensor()));
      return;
    }
    List<String> items = items(content);
    node.plainResult(
        node.last("Concat", Attributes.NONE.with("axis", 0L), items.toArray(new String[0])));
  }

  /** The first two axes made one. */
  private static String withoutFirstAxis(NodeContext node, String tensor) {
    String rest = node.emit("Shape", Attributes.NONE.with("start", 2L), tensor);
    String target = node.emit("Concat", Attributes.NONE.with("axis", 0L), node.ints(-1), rest);
    return node.last("Reshape", tensor, target);
  }

  /** Elements in order, where each was written once. */
  private static List<String> items(ArrayContent content) {
    if (!(content instanceof ArrayContent.Written written) || written.items().isEmpty()) {
      throw new InexpressibleNodeException("the elements of the array are not known");
    }
    for (int at = 0; at < written.items().size(); at++) {
      if (written.items().get(at).index() != at) {
        throw new InexpressibleNodeException(
            "the elements of the array are written in another order than 0, 1, 2, ...");
      }
    }
    return written.items().stream().map(ArrayContent.Item::value).toList();
  }

  private static void size(NodeContext node, ArrayContent content) {
    if (content instanceof ArrayContent.Stacked stacked) {
      String shape = node.emit("Shape", stacked.tensor());
      String first = node.emit("Gather", shape, node.constant(Tensor.scalar(0L)));
      node.plainResult(node.cast(first, DataType.INT32));
      return;
    }
    if (content instanceof ArrayContent.Written written) {
      String size = written.size();
      node.plainResult(size != null ? size : node.scalar(DataType.INT32, written.items().size()));
      return;
    }
    throw new InexpressibleNodeException("the number of elements is not known");
  }
}
