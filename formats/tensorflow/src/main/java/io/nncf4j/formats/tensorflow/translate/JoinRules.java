package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Joining and splitting. */
final class JoinRules {
  private static final int MOST_PARTS = 4096;

  private JoinRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("ConcatV2", node -> concat(node, node.inputCount() - 1, 0));
    rules.put("Concat", node -> concat(node, 0, 1));
    rules.put("Pack", JoinRules::pack);
    rules.put("Unpack", JoinRules::unpack);
    rules.put("Split", node -> split(node, 1, 0));
    rules.put("SplitV", node -> split(node, 0, 2));
  }

  private static void concat(NodeContext node, int axisInput, int first) {
    int count = node.inputCount() - 1;
    boolean picture = false;
    for (int index = first; index < first + count; index++) {
      picture |= node.input(index).isChannelsFirst();
    }
    int rank = node.rank(node.input(first).value());
    int axis = NodeContext.axis(node.integer(axisInput), rank);
    List<String> values = new ArrayList<>();
    for (int index = first; index < first + count; index++) {
      values.add(picture ? node.channelsFirst(index) : node.plain(index));
    }
    long stored = picture ? Layout.moved(axis, rank) : axis;
    String value =
        node.last("Concat", Attributes.NONE.with("axis", stored), values.toArray(new String[0]));
    node.result(picture ? LaidOut.channelsFirst(value) : LaidOut.plain(value));
  }

  private static void pack(NodeContext node) {
    long axis = node.node.number("axis", 0);
    int rank = node.rank(node.plain(0)) + 1;
    long counted = NodeContext.axis(axis, rank);
    List<String> values = new ArrayList<>();
    for (int index = 0; index < node.inputCount(); index++) {
      values.add(node.emit("Unsqueeze", node.plain(index), node.ints(counted)));
    }
    node.plainResult(
        node.last("Concat", Attributes.NONE.with("axis", counted), values.toArray(new String[0])));
  }

  private static void unpack(NodeContext node) {
    String value = node.plain(0);
    long count = node.node.number("num", 0);
    int axis = NodeContext.axis(node.node.number("axis", 0), node.rank(value));
    if (count < 1 || count > MOST_PARTS) {
      throw new InexpressibleNodeException("it makes " + count + " values");
    }
    for (int index = 0; index < count; index++) {
      String part =
          node.emit(
              "Gather",
              Attributes.NONE.with("axis", (long) axis),
              value,
              node.constant(io.nncf4j.core.tensor.Tensor.scalar((long) index)));
      node.result(index, LaidOut.plain(part));
    }
  }

  private static void split(NodeContext node, int valueInput, int axisInput) {
    LaidOut input = node.input(valueInput);
    int rank = node.rank(input.value());
    int axis = NodeContext.axis(node.integer(axisInput), rank);
    boolean picture = input.isChannelsFirst();
    int stored = picture ? Layout.moved(axis, rank) : axis;
    String value = picture ? input.value() : node.plain(valueInput);
    long count = node.node.number("num_split", 1);
    if (count < 1 || count > MOST_PARTS) {
      throw new InexpressibleNodeException("it makes " + count + " values");
    }
    if (count == 1) {
      node.result(input);
      return;
    }
    Attributes attributes = Attributes.NONE.with("axis", (long) stored);
    List<String> read = new ArrayList<>(List.of(value));
    if (axisInput == 2) {
      read.add(node.ints(sizes(node, value, stored)));
    } else {
      attributes = attributes.with("num_outputs", count);
    }
    List<String> parts = node.emitAll("Split", attributes, (int) count, read);
    for (int index = 0; index < count; index++) {
      node.result(
          index,
          picture ? LaidOut.channelsFirst(parts.get(index)) : LaidOut.plain(parts.get(index)));
    }
  }

  /** One size may be -1: what is left. */
  private static long[] sizes(NodeContext node, String value, int axis) {
    long[] sizes = node.integers(1);
    long rest = node.length(value, axis);
    for (long size : sizes) {
      rest -= Math.max(0, size);
    }
    for (int index = 0; index < sizes.length; index++) {
      sizes[index] = sizes[index] < 0 ? rest : sizes[index];
    }
    return sizes;
  }
}
