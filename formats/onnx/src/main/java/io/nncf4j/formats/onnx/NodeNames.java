package io.nncf4j.formats.onnx;

import io.nncf4j.formats.onnx.proto.Onnx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives every node of a graph a name of its own. A name in the file is kept; the second node of the
 * same name gets {@code name_1}, and a node without a name {@code Type_position}. The same file
 * always gets the same names.
 */
final class NodeNames {
  private final Set<String> given = new HashSet<>();
  private final Set<String> used = new HashSet<>();
  private final Map<String, Integer> lastSuffix = new HashMap<>();
  private int position;

  NodeNames(List<Onnx.NodeProto> nodes) {
    nodes.forEach(node -> given.add(node.getName()));
  }

  /** The name of the next node in file order. */
  String next(Onnx.NodeProto node) {
    int index = position++;
    String wish = node.getName();
    if (!wish.isEmpty()) {
      return used.add(wish) ? wish : fresh(wish);
    }
    return fresh(node.getOpType() + "_" + index);
  }

  /** {@code wish}, or with the first number behind it that no node of the file has. */
  String fresh(String wish) {
    String candidate = wish;
    while (given.contains(candidate) || !used.add(candidate)) {
      candidate = wish + "_" + lastSuffix.merge(wish, 1, Integer::sum);
    }
    return candidate;
  }
}
