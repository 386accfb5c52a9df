package io.nncf4j.formats.tensorflow.flat;

import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Raises the branches of old graphs, which stand among all other nodes, to If with functions, so
 * that only the one that is taken is computed.
 *
 * <pre>
 *   x --&gt; Switch(condition) --true--&gt; nodes --&gt; Merge
 *              '------------false-&gt; nodes ------^
 * </pre>
 *
 * <p>Branches within branches are raised from the inside out. What is not of this form stays: both
 * sides are then computed, and one is chosen.
 */
final class FrameBranches {
  /** Real graphs have a few; each costs walks over the graph. */
  private static final int MOST_MERGES = 500;

  /** Nodes that the walks may meet all in all. */
  private static final long MOST_STEPS = 100_000_000;

  private static final Set<String> BOUNDARIES =
      Set.of("Merge", "RefMerge", "NextIteration", "Enter", "RefEnter", "Exit", "Placeholder");

  private final Map<String, NodeDefinition> nodes;
  private final Map<String, FrameLoops.Part> functions;

  /** Second outputs that are read: of Merge, the number of the side that came. */
  private final Set<String> indices = new HashSet<>();

  private long steps;

  private FrameBranches(Map<String, NodeDefinition> nodes, Map<String, FrameLoops.Part> functions) {
    this.nodes = nodes;
    this.functions = functions;
    for (NodeDefinition node : nodes.values()) {
      node.inputs().stream().filter(input -> input.endsWith(":1")).forEach(indices::add);
    }
  }

  /** As {@link FrameLoops#raise}. */
  static void raise(Map<String, NodeDefinition> nodes, Map<String, FrameLoops.Part> functions) {
    List<NodeDefinition> merges =
        nodes.values().stream()
            .filter(node -> node.operator().equals("Merge") && node.inputs().size() == 2)
            .toList();
    if (merges.isEmpty() || merges.size() > MOST_MERGES) {
      return;
    }
    FrameBranches branches = new FrameBranches(nodes, functions);
    boolean any = true;
    while (any && branches.steps < MOST_STEPS) {
      List<Choice> ready = new ArrayList<>();
      for (NodeDefinition merge : merges) {
        Choice choice = nodes.get(merge.name()) == merge ? branches.choice(merge) : null;
        if (choice != null) {
          ready.add(choice);
        }
      }
      any = !ready.isEmpty();
      if (any) {
        branches.raise(branches.together(ready));
      }
    }
  }

  /**
   * One side of a Merge.
   *
   * @param result what comes out of it
   * @param nodes names of its nodes
   * @param switches outputs of Switch that it begins with
   */
  private record Side(String result, Set<String> nodes, Set<String> switches) {
    /** Which output of Switch it reads; -1 for none, -2 for both. */
    int port() {
      int port = -1;
      for (String reference : switches) {
        int each = reference.endsWith(":1") ? 1 : 0;
        port = port == -1 || port == each ? each : -2;
      }
      return port;
    }
  }

  private record Choice(NodeDefinition merge, String condition, Side whenFalse, Side whenTrue) {}

  private @Nullable Choice choice(NodeDefinition merge) {
    Side first = side(merge.inputs().get(0));
    Side second = side(merge.inputs().get(1));
    if (first == null || second == null || indices.contains(merge.name() + ":1")) {
      return null;
    }
    Set<String> conditions = new HashSet<>();
    for (Side side : List.of(first, second)) {
      side.switches().forEach(each -> conditions.add(condition(each)));
    }
    int port = first.port() == -1 ? 1 - second.port() : first.port();
    boolean apart = second.port() == -1 || second.port() == 1 - port;
    if (conditions.size() != 1 || port < 0 || port > 1 || !apart) {
      return null;
    }
    String condition = conditions.iterator().next();
    return port == 0
        ? new Choice(merge, condition, first, second)
        : new Choice(merge, condition, second, first);
  }

  /** The condition itself, not one of the names that it was passed on under. */
  private String condition(String reference) {
    return condition(reference, new HashSet<>());
  }

  /**
   * @param passed takes the other names
   */
  private String condition(String reference, Set<String> passed) {
    NodeDefinition node = nodes.get(FlatGraph.nodeOf(reference));
    String now = node == null ? "" : node.inputs().get(1);
    NodeDefinition source = nodes.get(FlatGraph.nodeOf(now));
    while (source != null
        && source.operator().equals("Identity")
        && source.inputs().size() == 1
        && passed.add(now)) {
      now = source.inputs().get(0);
      source = nodes.get(FlatGraph.nodeOf(now));
    }
    return now;
  }

  /** Null when the way back leads out of the branch other than through Switch. */
  private @Nullable Side side(String result) {
    Set<String> found = new LinkedHashSet<>();
    Set<String> switches = new LinkedHashSet<>();
    Deque<String> todo = new ArrayDeque<>(List.of(result));
    while (!todo.isEmpty()) {
      String reference = todo.pop();
      steps++;
      NodeDefinition node = nodes.get(FlatGraph.nodeOf(reference));
      if (node == null || BOUNDARIES.contains(node.operator())) {
        return null;
      }
      if (node.operator().equals("Switch") && node.inputs().size() == 2) {
        switches.add(reference);
      } else if (found.add(node.name())) {
        todo.addAll(node.inputs());
      }
    }
    return new Side(result, found, switches);
  }

  /** The first, with all others of its condition that do not wait for one of them. */
  private List<Choice> together(List<Choice> ready) {
    List<Choice> group = new ArrayList<>();
    Set<String> merges = new HashSet<>();
    Set<String> before = new HashSet<>();
    for (Choice choice : ready) {
      Set<String> needed = behind(choice);
      boolean waits = needed.stream().anyMatch(merges::contains);
      boolean first = group.isEmpty();
      boolean same = first || choice.condition().equals(group.get(0).condition());
      if (same && !waits && !before.contains(choice.merge().name())) {
        group.add(choice);
        merges.add(choice.merge().name());
        before.addAll(needed);
      }
    }
    return group;
  }

  /** Names of all nodes in front of a choice. */
  private Set<String> behind(Choice choice) {
    Set<String> found = new HashSet<>();
    Deque<String> todo = new ArrayDeque<>(choice.merge().inputs());
    while (!todo.isEmpty()) {
      NodeDefinition node = nodes.get(FlatGraph.nodeOf(todo.pop()));
      steps++;
      if (node != null && found.add(node.name())) {
        todo.addAll(node.inputs());
      }
    }
    return found;
  }

  private void raise(List<Choice> group) {
    String name = group.get(0).merge().name() + "/branch";
    while (nodes.containsKey(name)) {
      name += "_";
    }
    Map<String, Integer> parameters = new LinkedHashMap<>();
    List<String> inputs = new ArrayList<>(List.of(group.get(0).condition()));
    for (Choice choice : group) {
      for (Side side : List.of(choice.whenFalse(), choice.whenTrue())) {
        for (String reference : side.switches()) {
          String source = FlatGraph.nodeOf(reference);
          NodeDefinition parting = nodes.get(source);
          if (parting != null && !parameters.containsKey(source)) {
            parameters.put(source, parameters.size());
            inputs.add(parting.inputs().get(0));
          }
        }
      }
    }
    List<Side> whenTrue = group.stream().map(Choice::whenTrue).toList();
    List<Side> whenFalse = group.stream().map(Choice::whenFalse).toList();
    functions.put("?" + name + "/then", function(whenTrue, parameters));
    functions.put("?" + name + "/else", function(whenFalse, parameters));
    nodes.put(
        name, NodeDefinition.branch(name, inputs, "?" + name + "/then", "?" + name + "/else"));
    Set<String> candidates = new LinkedHashSet<>(parameters.keySet());
    Set<String> passed = new LinkedHashSet<>();
    parameters.keySet().forEach(each -> condition(each, passed));
    passed.forEach(each -> candidates.add(FlatGraph.nodeOf(each)));
    for (int index = 0; index < group.size(); index++) {
      Choice choice = group.get(index);
      NodeDefinition merge = choice.merge();
      nodes.put(
          merge.name(),
          new NodeDefinition(
              merge.name(), "Identity", List.of(name + ":" + index), merge.attributes()));
      candidates.addAll(choice.whenTrue().nodes());
      candidates.addAll(choice.whenFalse().nodes());
    }
    removeUnread(candidates);
  }

  private FrameLoops.Part function(List<Side> sides, Map<String, Integer> parameters) {
    List<NodeDefinition> all = new ArrayList<>();
    List<String> references = new ArrayList<>();
    for (int index = 0; index < parameters.size(); index++) {
      references.add("?argument" + index + ":0");
      all.add(new NodeDefinition("?argument" + index, "Placeholder", List.of(), Map.of()));
    }
    Set<String> names = new LinkedHashSet<>();
    sides.forEach(side -> names.addAll(side.nodes()));
    for (String each : names) {
      NodeDefinition node = nodes.get(each);
      if (node != null) {
        List<String> inputs =
            node.inputs().stream().map(input -> inside(input, parameters)).toList();
        all.add(node.with(node.name(), inputs));
      }
    }
    List<String> results = sides.stream().map(side -> inside(side.result(), parameters)).toList();
    return new FrameLoops.Part(all, references, results);
  }

  private static String inside(String reference, Map<String, Integer> parameters) {
    Integer parameter = parameters.get(FlatGraph.nodeOf(reference));
    return parameter == null ? reference : "?argument" + parameter + ":0";
  }

  /** Nodes of branches that nothing reads any more; those that were never read are outputs. */
  private void removeUnread(Set<String> candidates) {
    Map<String, Integer> readers = new HashMap<>();
    for (NodeDefinition node : nodes.values()) {
      node.inputs().forEach(input -> readers.merge(FlatGraph.nodeOf(input), 1, Integer::sum));
    }
    Deque<String> todo = new ArrayDeque<>(candidates);
    while (!todo.isEmpty()) {
      String name = todo.pop();
      NodeDefinition node = nodes.get(name);
      if (node != null && candidates.contains(name) && readers.getOrDefault(name, 0) == 0) {
        nodes.remove(name);
        for (String input : node.inputs()) {
          readers.merge(FlatGraph.nodeOf(input), -1, Integer::sum);
          todo.push(FlatGraph.nodeOf(input));
        }
      }
    }
  }
}
