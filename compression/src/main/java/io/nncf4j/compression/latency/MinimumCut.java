package io.nncf4j.compression.latency;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * Minimum cut of a directed graph between a source and a sink, by blocking flows (Dinic 1970).
 * Capacities are not negative; infinite ones are allowed where no finite cut would have to cross
 * them.
 */
public final class MinimumCut {
  private static final double EPSILON = 1e-9;

  private final List<List<Integer>> edgesOf = new ArrayList<>();
  private final List<Integer> heads = new ArrayList<>();
  private final List<Double> residuals = new ArrayList<>();

  /** Adds a vertex and returns its number. */
  public int vertex() {
    edgesOf.add(new ArrayList<>());
    return edgesOf.size() - 1;
  }

  /**
   * Adds an edge that costs {@code capacity} when {@code from} is on the source's side and {@code
   * to} on the sink's.
   */
  public void edge(int from, int to, double capacity) {
    if (!(capacity >= 0)) {
      throw new IllegalArgumentException("A capacity must not be negative; found " + capacity);
    }
    half(from, to, capacity);
    half(to, from, 0);
  }

  private void half(int from, int to, double capacity) {
    edgesOf.get(from).add(heads.size());
    heads.add(to);
    residuals.add(capacity);
  }

  /** The vertices on the source's side of the minimum cut nearest to the source. */
  public BitSet sourceSide(int source, int sink) {
    int[] levels = levels(source, sink);
    while (levels[sink] >= 0) {
      int[] next = new int[edgesOf.size()];
      while (augment(source, sink, levels, next) > EPSILON) {
        // Each call saturates at least one edge of a shortest path.
        continue;
      }
      levels = levels(source, sink);
    }
    BitSet side = new BitSet();
    for (int vertex = 0; vertex < levels.length; vertex++) {
      side.set(vertex, levels[vertex] >= 0);
    }
    return side;
  }

  private int[] levels(int source, int sink) {
    int[] levels = new int[edgesOf.size()];
    Arrays.fill(levels, -1);
    levels[source] = 0;
    Deque<Integer> open = new ArrayDeque<>(List.of(source));
    while (!open.isEmpty()) {
      int vertex = open.remove();
      for (int edge : edgesOf.get(vertex)) {
        int head = heads.get(edge);
        if (residuals.get(edge) > EPSILON && levels[head] < 0) {
          levels[head] = levels[vertex] + 1;
          open.add(head);
        }
      }
    }
    return levels;
  }

  /**
   * Sends flow along one shortest path, found without recursion, and returns how much; 0 when there
   * is none left.
   */
  private double augment(int source, int sink, int[] levels, int[] next) {
    Deque<Integer> path = new ArrayDeque<>();
    int vertex = source;
    while (vertex != sink) {
      int edge = advance(vertex, levels, next);
      if (edge >= 0) {
        path.addLast(edge);
        vertex = heads.get(edge);
      } else if (path.isEmpty()) {
        return 0;
      } else {
        int back = path.removeLast();
        vertex = heads.get(back ^ 1);
        next[vertex]++;
      }
    }
    double flow = Double.POSITIVE_INFINITY;
    for (int edge : path) {
      flow = Math.min(flow, residuals.get(edge));
    }
    if (flow == Double.POSITIVE_INFINITY) {
      throw new IllegalStateException("Every cut crosses an infinite edge");
    }
    for (int edge : path) {
      residuals.set(edge, residuals.get(edge) - flow);
      residuals.set(edge ^ 1, residuals.get(edge ^ 1) + flow);
    }
    return flow;
  }

  private int advance(int vertex, int[] levels, int[] next) {
    List<Integer> edges = edgesOf.get(vertex);
    for (; next[vertex] < edges.size(); next[vertex]++) {
      int edge = edges.get(next[vertex]);
      if (residuals.get(edge) > EPSILON && levels[heads.get(edge)] == levels[vertex] + 1) {
        return edge;
      }
    }
    return -1;
  }
}
