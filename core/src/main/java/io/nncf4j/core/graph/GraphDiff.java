package io.nncf4j.core.graph;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What an edit changed: names of nodes added, removed and changed (same name, other content), and
 * of constants likewise, each in a fixed order.
 */
public record GraphDiff(
    List<String> addedNodes,
    List<String> removedNodes,
    List<String> changedNodes,
    List<String> addedConstants,
    List<String> removedConstants,
    List<String> changedConstants) {

  /**
   * Compares two graphs by name; a constant counts as unchanged only when it is the same tensor
   * object, which sharing makes exact and cheap.
   */
  public static GraphDiff between(Graph before, Graph after) {
    List<String> addedNodes =
        after.nodes().stream().map(Node::name).filter(name -> before.node(name) == null).toList();
    List<String> removedNodes =
        before.nodes().stream().map(Node::name).filter(name -> after.node(name) == null).toList();
    List<String> changedNodes =
        after.nodes().stream()
            .filter(node -> isChanged(before.node(node.name()), node))
            .map(Node::name)
            .toList();
    Set<String> addedConstants = new LinkedHashSet<>(after.constants().keySet());
    addedConstants.removeAll(before.constants().keySet());
    Set<String> removedConstants = new LinkedHashSet<>(before.constants().keySet());
    removedConstants.removeAll(after.constants().keySet());
    List<String> changedConstants =
        after.constants().entrySet().stream()
            .filter(
                entry ->
                    before.constant(entry.getKey()) != null
                        && before.constant(entry.getKey()) != entry.getValue())
            .map(java.util.Map.Entry::getKey)
            .toList();
    return new GraphDiff(
        addedNodes,
        removedNodes,
        changedNodes,
        List.copyOf(addedConstants),
        List.copyOf(removedConstants),
        changedConstants);
  }

  private static boolean isChanged(@org.jspecify.annotations.Nullable Node before, Node after) {
    return before != null && before != after && !before.equals(after);
  }

  public boolean isEmpty() {
    return addedNodes.isEmpty()
        && removedNodes.isEmpty()
        && changedNodes.isEmpty()
        && addedConstants.isEmpty()
        && removedConstants.isEmpty()
        && changedConstants.isEmpty();
  }
}
