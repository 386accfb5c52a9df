package io.nncf4j.core.rewrite;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;

/** Makes a Transpose of a Transpose read the first one's input. */
final class JoinedTransposes {
  private JoinedTransposes() {}

  static boolean apply(Node second, Graph graph, GraphEditor editor) {
    Node first = graph.producer(second.input(0));
    if (!second.is("Transpose") || first == null || !first.is("Transpose")) {
      return false;
    }
    long[] firstOrder = first.intsAttributeOrNull("perm");
    long[] secondOrder = second.intsAttributeOrNull("perm");
    if (firstOrder == null || secondOrder == null || firstOrder.length != secondOrder.length) {
      return false;
    }
    long[] joined = new long[firstOrder.length];
    for (int axis = 0; axis < joined.length; axis++) {
      joined[axis] = firstOrder[(int) secondOrder[axis]];
    }
    // The first node may itself have been changed in this round; its input is read anew.
    Node current = editor.node(first.name());
    editor.replace(
        second
            .withInput(0, current.input(0))
            .withAttributes(second.attributes().with("perm", joined)));
    return true;
  }
}
