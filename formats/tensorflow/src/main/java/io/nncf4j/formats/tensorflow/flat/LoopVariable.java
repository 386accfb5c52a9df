package io.nncf4j.formats.tensorflow.flat;

import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value that goes from turn to turn of a loop without functions.
 *
 * @param enter brings in the first value
 * @param next brings back that of each turn
 * @param merge the value at the beginning of a turn
 * @param switches part it by the condition
 * @param exits take the last value out
 */
record LoopVariable(
    NodeDefinition enter,
    NodeDefinition next,
    NodeDefinition merge,
    List<NodeDefinition> switches,
    List<NodeDefinition> exits) {

  /** The variable that a Switch is of; null when it is of none. */
  static @Nullable LoopVariable of(
      NodeDefinition node,
      Map<String, NodeDefinition> nodes,
      Map<String, List<NodeDefinition>> readers) {
    NodeDefinition merge = nodes.get(FlatGraph.nodeOf(node.inputs().get(0)));
    if (merge == null || !merge.operator().endsWith("Merge") || merge.inputs().size() != 2) {
      return null;
    }
    NodeDefinition enter = null;
    NodeDefinition next = null;
    for (String input : merge.inputs()) {
      NodeDefinition source = nodes.get(FlatGraph.nodeOf(input));
      if (source != null && source.inputs().size() == 1) {
        enter = source.operator().endsWith("Enter") ? source : enter;
        next = source.operator().endsWith("NextIteration") ? source : next;
      }
    }
    if (enter == null || next == null) {
      return null;
    }
    List<NodeDefinition> exits = new ArrayList<>();
    for (NodeDefinition reader : readers.getOrDefault(node.name(), List.of())) {
      if (reader.operator().endsWith("Exit")) {
        exits.add(reader);
      }
    }
    return new LoopVariable(enter, next, merge, List.of(node), exits);
  }

  /** The same with another of its switches. */
  LoopVariable with(LoopVariable other) {
    List<NodeDefinition> allSwitches = new ArrayList<>(switches);
    allSwitches.addAll(other.switches);
    List<NodeDefinition> allExits = new ArrayList<>(exits);
    allExits.addAll(other.exits);
    return new LoopVariable(enter, next, merge, allSwitches, allExits);
  }

  /** Names of the nodes that make the cycle. */
  Set<String> nodes() {
    Set<String> names = new HashSet<>(Set.of(enter.name(), next.name(), merge.name()));
    switches.forEach(node -> names.add(node.name()));
    return names;
  }

  /** References to the value within a turn. */
  List<String> references() {
    List<String> references = new ArrayList<>(List.of(merge.name() + ":0"));
    switches.forEach(node -> references.add(node.name() + ":1"));
    return references;
  }
}
