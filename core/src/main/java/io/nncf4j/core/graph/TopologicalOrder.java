package io.nncf4j.core.graph;

import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sorts nodes so that each stands behind the nodes it reads from, changing the given order as
 * little as a priority queue on that order does: nodes that are sorted already keep their places
 * (Kahn 1962).
 */
final class TopologicalOrder {
  private TopologicalOrder() {}

  static List<Node> sort(
      Collection<Node> nodes, Map<String, Node> producers, Supplier<String> describe) {
    List<Node> given = List.copyOf(nodes);
    if (isSorted(given, producers)) {
      return given;
    }
    Map<Node, Integer> position = new java.util.IdentityHashMap<>();
    for (int index = 0; index < given.size(); index++) {
      position.put(given.get(index), index);
    }
    int[] waitingFor = new int[given.size()];
    Map<Integer, List<Integer>> followers = new HashMap<>();
    for (int index = 0; index < given.size(); index++) {
      for (Node before : predecessors(given.get(index), producers)) {
        Integer from = position.get(before);
        if (from != null) {
          waitingFor[index]++;
          followers.computeIfAbsent(from, key -> new ArrayList<>()).add(index);
        }
      }
    }
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int index = 0; index < waitingFor.length; index++) {
      if (waitingFor[index] == 0) {
        ready.add(index);
      }
    }
    List<Node> sorted = new ArrayList<>(given.size());
    while (!ready.isEmpty()) {
      int next = ready.remove();
      sorted.add(given.get(next));
      for (int follower : followers.getOrDefault(next, List.of())) {
        if (--waitingFor[follower] == 0) {
          ready.add(follower);
        }
      }
    }
    if (sorted.size() < given.size()) {
      Set<Node> done = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
      done.addAll(sorted);
      List<String> cyclic =
          given.stream().filter(node -> !done.contains(node)).map(Node::name).limit(5).toList();
      throw new InputException(
          describe.get() + " has a cycle; it goes through some of the nodes " + cyclic);
    }
    return List.copyOf(sorted);
  }

  private static boolean isSorted(List<Node> nodes, Map<String, Node> producers) {
    Set<String> seen = new HashSet<>();
    for (Node node : nodes) {
      for (Node before : predecessors(node, producers)) {
        if (!seen.contains(before.name())) {
          return false;
        }
      }
      seen.add(node.name());
    }
    return true;
  }

  /**
   * The nodes that must run before {@code node}, each once: producers of its inputs and of what its
   * bodies read from outside.
   */
  private static Collection<Node> predecessors(Node node, Map<String, Node> producers) {
    Map<String, Node> found = new LinkedHashMap<>();
    for (String input : node.inputs()) {
      Node producer = producers.get(input);
      if (producer != null) {
        found.put(producer.name(), producer);
      }
    }
    for (Graph body : node.attributes().graphs()) {
      for (String outer : body.captured()) {
        Node producer = producers.get(outer);
        if (producer != null) {
          found.put(producer.name(), producer);
        }
      }
    }
    return found.values();
  }
}
