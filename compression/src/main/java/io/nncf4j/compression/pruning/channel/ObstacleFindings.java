package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says why layers keep channels, with the way from the layer to what stands against it. */
final class ObstacleFindings {
  private final Graph graph;
  private final ChannelSpace space;

  /** For each set of interest the values that hold some of it. */
  private final Map<Integer, Set<String>> holders = new HashMap<>();

  ObstacleFindings(Graph graph, ChannelSpace space) {
    this.graph = graph;
    this.space = space;
  }

  /** A layer that keeps channels, and one set of those. */
  private record Kept(PrunableLayer layer, int root, long count, long total) {}

  List<Finding> of(List<PrunableLayer> layers) {
    List<Kept> kept = new ArrayList<>();
    for (PrunableLayer layer : layers) {
      if (layer.makesChannels()) {
        Kept found = kept(layer);
        if (found != null) {
          kept.add(found);
          holders.put(found.root, new HashSet<>());
        }
      }
    }
    findHolders();
    return kept.stream().map(this::finding).toList();
  }

  private @Nullable Kept kept(PrunableLayer layer) {
    Place weight = layer.weight();
    int dimension = layer.filterDimension();
    if (!space.isTracked(weight, dimension)) {
      return null;
    }
    int first = -1;
    long count = 0;
    for (long index = 0; index < space.length(weight, dimension); index++) {
      int root = space.root(space.coordinate(weight, dimension, index));
      if (space.obstacleOf(root) != null) {
        first = first < 0 ? root : first;
        count++;
      }
    }
    return first < 0 ? null : new Kept(layer, first, count, space.length(weight, dimension));
  }

  private void findHolders() {
    for (Place place : space.places()) {
      for (int dimension = 0; dimension < space.rank(place); dimension++) {
        if (!space.isTracked(place, dimension)) {
          continue;
        }
        int last = -1;
        for (long index = 0; index < space.length(place, dimension); index++) {
          int root = space.root(space.coordinate(place, dimension, index));
          if (root != last) {
            Set<String> values = holders.get(root);
            if (values != null) {
              values.add(place.value());
            }
          }
          last = root;
        }
      }
    }
  }

  private Finding finding(Kept kept) {
    ChannelSpace.Obstacle obstacle = space.obstacleOf(kept.root);
    if (obstacle == null) {
      throw new IllegalStateException("a kept channel without an obstacle");
    }
    List<String> chain = chain(kept.layer.node(), obstacle.node(), kept.root);
    Node node = obstacle.node().isEmpty() ? null : graph.node(obstacle.node());
    String which =
        kept.count == kept.total
            ? "the channels of this layer cannot be removed: "
            : kept.count + " of " + kept.total + " channels of this layer cannot be removed: ";
    String why =
        node == null
            ? "they " + obstacle.reason()
            : "\"" + node.name() + "\" (" + node.type() + ") " + obstacle.reason() + " channels";
    return new Finding(Finding.Severity.INFORMATION, "channels-kept", which + why, chain);
  }

  /** The shortest way from a layer to the obstacle through values that hold the channels. */
  private List<String> chain(String layer, String obstacle, int root) {
    Set<String> values = holders.getOrDefault(root, Set.of());
    Map<String, String> cameFrom = new LinkedHashMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(layer));
    cameFrom.put(layer, "");
    String end = layer;
    while (!open.isEmpty()) {
      String name = open.removeFirst();
      Node node = graph.node(name);
      if (node == null) {
        continue;
      }
      if (isEnd(node, obstacle, values)) {
        end = name;
        break;
      }
      for (String neighbour : neighbours(node, values)) {
        if (cameFrom.putIfAbsent(neighbour, name) == null) {
          open.addLast(neighbour);
        }
      }
    }
    List<String> chain = new ArrayList<>();
    for (String name = end; !name.isEmpty(); name = cameFrom.getOrDefault(name, "")) {
      chain.add(name);
    }
    Collections.reverse(chain);
    return chain;
  }

  private boolean isEnd(Node node, String obstacle, Set<String> values) {
    if (!obstacle.isEmpty()) {
      return node.name().equals(obstacle);
    }
    return node.outputs().stream()
            .anyMatch(output -> graph.isOutput(output) && values.contains(output))
        || node.inputs().stream().anyMatch(input -> graph.isInput(input) && values.contains(input));
  }

  private List<String> neighbours(Node node, Set<String> values) {
    List<String> neighbours = new ArrayList<>();
    for (String output : node.outputs()) {
      if (values.contains(output)) {
        graph.consumers(output).forEach(consumer -> neighbours.add(consumer.name()));
      }
    }
    for (String input : node.inputs()) {
      Node producer = values.contains(input) ? graph.producer(input) : null;
      if (producer != null) {
        neighbours.add(producer.name());
      }
    }
    return neighbours;
  }
}
