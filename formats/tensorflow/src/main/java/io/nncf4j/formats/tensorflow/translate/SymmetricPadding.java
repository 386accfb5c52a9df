package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code MirrorPad} that repeats the edge: {@code a b c} becomes {@code b a a b c c b}. ONNX has no
 * such padding; it is what the edges are, back to front, on both sides of the value.
 */
final class SymmetricPadding {
  private SymmetricPadding() {}

  static void translate(NodeContext node) {
    LaidOut input = node.input(0);
    boolean first = input.isChannelsFirst();
    String value = first ? input.value() : node.plain(0);
    long[] pairs = node.integers(1);
    int rank = node.rank(value);
    if (pairs.length != 2 * rank) {
      throw new InexpressibleNodeException("it pads " + pairs.length / 2 + " axes of " + rank);
    }
    for (int axis = 0; axis < rank; axis++) {
      long stored = first ? Layout.moved(axis, rank) : axis;
      value = padded(node, value, stored, pairs[2 * axis], pairs[2 * axis + 1]);
    }
    node.result(first ? LaidOut.channelsFirst(value) : LaidOut.plain(value));
  }

  private static String padded(NodeContext node, String value, long axis, long before, long after) {
    if (before < 0 || after < 0) {
      throw new InexpressibleNodeException("it pads by " + Math.min(before, after));
    }
    if (before == 0 && after == 0) {
      return value;
    }
    List<String> parts = new ArrayList<>();
    if (before > 0) {
      parts.add(backwards(node, value, axis, before - 1, Long.MIN_VALUE + 1));
    }
    parts.add(value);
    if (after > 0) {
      parts.add(backwards(node, value, axis, -1, -after - 1));
    }
    return node.emit("Concat", Attributes.NONE.with("axis", axis), parts.toArray(new String[0]));
  }

  private static String backwards(NodeContext node, String value, long axis, long from, long to) {
    return node.emit(
        "Slice", value, node.ints(from), node.ints(to), node.ints(axis), node.ints(-1));
  }
}
