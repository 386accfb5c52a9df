package io.nncf4j.formats.tensorflow.flat;

import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Raises the loops of old graphs, which are cycles of nodes, to While with functions.
 *
 * <pre>
 *   Enter --&gt; Merge --&gt; Switch(LoopCond) --false--&gt; Exit
 *               ^          | true
 *               '-- NextIteration &lt;-- body
 * </pre>
 *
 * <p>What enters without a Merge is the same in each turn and becomes an argument that the body
 * hands back. Loops within loops are raised from the inside out; what is no such loop stays.
 */
final class FrameLoops {
  private static final String LOOP_CONDITION = "LoopCond";

  private static final Set<String> OF_LOOPS =
      Set.of(
          "Enter",
          "RefEnter",
          "Exit",
          "RefExit",
          "Switch",
          "RefSwitch",
          "NextIteration",
          "RefNextIteration",
          LOOP_CONDITION);

  /** Real graphs have a few; each costs a walk over the graph. */
  private static final int MOST_LOOPS = 1000;

  private final Map<String, NodeDefinition> nodes;
  private final Map<String, Part> functions;

  /** A function of nodes: placeholders for its parameters are among them. */
  record Part(List<NodeDefinition> nodes, List<String> parameters, List<String> results) {}

  private FrameLoops(Map<String, NodeDefinition> nodes, Map<String, Part> functions) {
    this.nodes = nodes;
    this.functions = functions;
  }

  /**
   * @param nodes by name; loops in them are replaced
   * @param functions where conditions and bodies are put, by names that no function of a file has
   */
  static void raise(Map<String, NodeDefinition> nodes, Map<String, Part> functions) {
    FrameLoops loops = new FrameLoops(nodes, functions);
    List<NodeDefinition> conditions =
        nodes.values().stream().filter(node -> node.operator().equals(LOOP_CONDITION)).toList();
    boolean isWhole = nodes.values().stream().allMatch(FrameLoops::hasItsInputs);
    if (conditions.isEmpty() || conditions.size() > MOST_LOOPS || !isWhole) {
      return;
    }
    boolean any = true;
    while (any) {
      any = false;
      for (NodeDefinition condition : conditions) {
        any |= nodes.containsKey(condition.name()) && loops.raise(condition);
      }
    }
  }

  /** Damaged graphs have nodes of loops that read nothing. */
  private static boolean hasItsInputs(NodeDefinition node) {
    return !OF_LOOPS.contains(node.operator()) || !node.inputs().isEmpty();
  }

  /** False when it is no loop of the known form, or has another loop within. */
  private boolean raise(NodeDefinition condition) {
    Map<String, List<NodeDefinition>> readers = readers();
    List<LoopVariable> variables = variables(condition, readers);
    if (variables == null || variables.isEmpty() || condition.inputs().size() != 1) {
      return false;
    }
    FrameWalk walk = new FrameWalk(nodes, variables);
    List<String> results = new ArrayList<>();
    for (LoopVariable variable : variables) {
      results.add(variable.next().inputs().get(0));
    }
    List<NodeDefinition> body = walk.behind(results);
    List<NodeDefinition> test = walk.behind(condition.inputs());
    if (body == null || test == null) {
      return false;
    }
    String name = condition.name().replaceFirst("/?" + LOOP_CONDITION + "[^/]*$", "");
    name = name.isEmpty() || nodes.containsKey(name) ? condition.name() + "/loop" : name;
    List<String> handedOn = new ArrayList<>(walk.references(results));
    handedOn.addAll(walk.invariants());
    functions.put("?" + name + "/body", walk.function(body, handedOn));
    functions.put("?" + name + "/cond", walk.function(test, walk.references(condition.inputs())));
    replace(condition, name, variables, walk, readers);
    return true;
  }

  private void replace(
      NodeDefinition condition,
      String name,
      List<LoopVariable> variables,
      FrameWalk walk,
      Map<String, List<NodeDefinition>> readers) {
    List<String> inputs = new ArrayList<>();
    Set<String> gone = new HashSet<>(Set.of(condition.name()));
    Map<String, NodeDefinition> exits = new LinkedHashMap<>();
    for (int index = 0; index < variables.size(); index++) {
      LoopVariable variable = variables.get(index);
      inputs.add(variable.enter().inputs().get(0));
      gone.addAll(variable.nodes());
      for (NodeDefinition exit : variable.exits()) {
        exits.put(
            exit.name(),
            new NodeDefinition(
                exit.name(), "Identity", List.of(name + ":" + index), exit.attributes()));
      }
    }
    walk.entered().forEach(enter -> inputs.add(enter.inputs().get(0)));
    walk.entered().forEach(enter -> gone.add(enter.name()));
    gone.addAll(walk.seen());
    removeWithReaders(gone, exits.keySet(), readers);
    nodes.putAll(exits);
    nodes.put(name, NodeDefinition.loop(name, inputs, "?" + name + "/cond", "?" + name + "/body"));
  }

  /** Also what reads a node that is gone: parts of turns that nothing outside needs. */
  private void removeWithReaders(
      Set<String> first, Set<String> kept, Map<String, List<NodeDefinition>> readers) {
    Deque<String> todo = new ArrayDeque<>(first);
    while (!todo.isEmpty()) {
      String name = todo.pop();
      NodeDefinition node = kept.contains(name) ? null : nodes.get(name);
      if (node != null && !node.operator().equals("Const")) {
        nodes.remove(name);
        readers.getOrDefault(name, List.of()).forEach(reader -> todo.push(reader.name()));
      }
    }
  }

  private Map<String, List<NodeDefinition>> readers() {
    Map<String, List<NodeDefinition>> readers = new HashMap<>();
    for (NodeDefinition node : nodes.values()) {
      for (String input : node.inputs()) {
        readers.computeIfAbsent(FlatGraph.nodeOf(input), key -> new ArrayList<>(2)).add(node);
      }
    }
    return readers;
  }

  /** Null when a Switch of the condition is no part of a loop. */
  private @Nullable List<LoopVariable> variables(
      NodeDefinition condition, Map<String, List<NodeDefinition>> readers) {
    Map<String, LoopVariable> variables = new LinkedHashMap<>();
    Collection<NodeDefinition> deciding = readers.getOrDefault(condition.name(), List.of());
    for (NodeDefinition node : deciding) {
      boolean switches = node.operator().endsWith("Switch") && node.inputs().size() == 2;
      LoopVariable variable = switches ? LoopVariable.of(node, nodes, readers) : null;
      if (variable == null) {
        return null;
      }
      variables.merge(variable.merge().name(), variable, LoopVariable::with);
    }
    return new ArrayList<>(variables.values());
  }
}
