package io.nncf4j.formats.tensorflow.flat;

import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The nodes of one turn of a loop, found from what the turn makes back to what it begins with. */
final class FrameWalk {
  private static final String VARIABLE = "?variable";
  private static final String INVARIANT = "?invariant";

  private final Map<String, NodeDefinition> nodes;
  private final int count;

  /** Numbers of variables by what the nodes of a turn read of them. */
  private final Map<String, Integer> variables = new HashMap<>();

  private final Map<String, NodeDefinition> entered = new LinkedHashMap<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final Set<String> seen = new LinkedHashSet<>();

  FrameWalk(Map<String, NodeDefinition> nodes, List<LoopVariable> variables) {
    this.nodes = nodes;
    count = variables.size();
    for (int index = 0; index < count; index++) {
      for (String reference : variables.get(index).references()) {
        this.variables.put(reference, index);
      }
    }
  }

  /** Null when the way back leads through another loop. */
  @Nullable List<NodeDefinition> behind(List<String> results) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> todo = new ArrayDeque<>(results);
    while (!todo.isEmpty()) {
      String reference = todo.pop();
      NodeDefinition node = nodes.get(FlatGraph.nodeOf(reference));
      if (variables.containsKey(reference) || node == null || found.contains(node.name())) {
        continue;
      }
      switch (node.operator()) {
        case "Enter", "RefEnter" -> {
          entered.putIfAbsent(node.name(), node);
          places.putIfAbsent(node.name(), places.size());
        }
        case "Exit", "RefExit", "LoopCond", "NextIteration", "RefNextIteration" -> {
          return null;
        }
        default -> {
          found.add(node.name());
          todo.addAll(node.inputs());
        }
      }
    }
    seen.addAll(found);
    List<NodeDefinition> part = new ArrayList<>();
    for (String name : found) {
      NodeDefinition node = nodes.get(name);
      if (node != null) {
        part.add(node);
      }
    }
    return part;
  }

  /** Names of all nodes that were found. */
  Set<String> seen() {
    return seen;
  }

  /** Nodes that bring in what is the same in each turn. */
  Collection<NodeDefinition> entered() {
    return entered.values();
  }

  /** A reference to the parameter of each of {@link #entered}. */
  List<String> invariants() {
    List<String> references = new ArrayList<>();
    for (int index = 0; index < entered.size(); index++) {
      references.add(INVARIANT + index + ":0");
    }
    return references;
  }

  /** References as they are within the function. */
  List<String> references(List<String> given) {
    return given.stream().map(this::reference).toList();
  }

  private String reference(String given) {
    Integer variable = variables.get(given);
    if (variable != null) {
      return VARIABLE + variable + ":0";
    }
    Integer place = places.get(FlatGraph.nodeOf(given));
    return place == null ? given : INVARIANT + place + ":0";
  }

  /** A function of all variables and of all that entered; to be asked for when all were found. */
  FrameLoops.Part function(List<NodeDefinition> part, List<String> results) {
    List<String> parameters = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      parameters.add(VARIABLE + index + ":0");
    }
    parameters.addAll(invariants());
    List<NodeDefinition> all = new ArrayList<>();
    for (String parameter : parameters) {
      all.add(new NodeDefinition(FlatGraph.nodeOf(parameter), "Placeholder", List.of(), Map.of()));
    }
    part.forEach(node -> all.add(node.with(node.name(), references(node.inputs()))));
    return new FrameLoops.Part(all, parameters, results);
  }
}
