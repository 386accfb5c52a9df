package io.nncf4j.report.html;

import io.nncf4j.core.record.GraphNodeRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Places a graph in layers after Sugiyama, Tagawa and Toda (1981): a node's layer is its longest
 * path from an input; an edge over several layers gets a waypoint in each; the order within a layer
 * follows the mean position of what a node reads, and then of what reads it.
 */
final class GraphLayout {
  /** A node or, without {@code node}, a waypoint of an edge. */
  static final class Place {
    final @Nullable GraphNodeRecord node;
    final int layer;
    final List<Place> above = new ArrayList<>();
    final List<Place> below = new ArrayList<>();
    double x;

    Place(@Nullable GraphNodeRecord node, int layer) {
      this.node = node;
      this.layer = layer;
    }

    double width() {
      return node == null ? WAYPOINT_WIDTH : NODE_WIDTH;
    }
  }

  static final double NODE_WIDTH = 236;
  private static final double WAYPOINT_WIDTH = 12;
  private static final double GAP = 14;
  private static final int SWEEPS = 4;

  /** Beyond this a drawing helps nobody. */
  private static final int LARGEST = 6000;

  final List<List<Place>> layers = new ArrayList<>();
  final double width;

  private GraphLayout(List<GraphNodeRecord> nodes, int[] levels, Map<String, Integer> indices) {
    for (int level : levels) {
      while (layers.size() <= level) {
        layers.add(new ArrayList<>());
      }
    }
    List<Place> places = new ArrayList<>();
    for (int index = 0; index < nodes.size(); index++) {
      Place place = new Place(nodes.get(index), levels[index]);
      places.add(place);
      layers.get(place.layer).add(place);
    }
    for (int index = 0; index < nodes.size(); index++) {
      for (String input : nodes.get(index).inputs()) {
        Integer source = indices.get(input);
        if (source != null && source < index) {
          connect(places.get(source), places.get(index));
        }
      }
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      order(sweep % 2 == 0);
    }
    double widest = 0;
    for (List<Place> layer : layers) {
      widest = Math.max(widest, widthOf(layer));
    }
    width = widest;
    for (List<Place> layer : layers) {
      pack(layer);
    }
  }

  /** The layout, or null when the graph is too large to be drawn. */
  static @Nullable GraphLayout of(List<GraphNodeRecord> nodes) {
    Map<String, Integer> indices = new HashMap<>();
    int[] levels = new int[nodes.size()];
    long waypoints = 0;
    for (int index = 0; index < nodes.size(); index++) {
      for (String input : nodes.get(index).inputs()) {
        Integer source = indices.get(input);
        if (source != null) {
          levels[index] = Math.max(levels[index], levels[source] + 1);
        }
      }
      for (String input : nodes.get(index).inputs()) {
        Integer source = indices.get(input);
        waypoints += source == null ? 0 : levels[index] - levels[source] - 1;
      }
      indices.putIfAbsent(nodes.get(index).name(), index);
    }
    return nodes.size() + waypoints > LARGEST ? null : new GraphLayout(nodes, levels, indices);
  }

  private void connect(Place source, Place target) {
    Place last = source;
    for (int layer = source.layer + 1; layer < target.layer; layer++) {
      Place waypoint = new Place(null, layer);
      layers.get(layer).add(waypoint);
      link(last, waypoint);
      last = waypoint;
    }
    link(last, target);
  }

  private static void link(Place above, Place below) {
    above.below.add(below);
    below.above.add(above);
  }

  private void order(boolean downwards) {
    for (int step = 0; step < layers.size(); step++) {
      List<Place> layer = layers.get(downwards ? step : layers.size() - 1 - step);
      Map<Place, Double> wanted = new HashMap<>();
      for (int index = 0; index < layer.size(); index++) {
        Place place = layer.get(index);
        List<Place> neighbours = downwards ? place.above : place.below;
        wanted.put(
            place, neighbours.stream().mapToDouble(each -> each.x).average().orElse(place.x));
      }
      layer.sort(java.util.Comparator.comparingDouble(wanted::get));
      pack(layer);
    }
  }

  /** Side by side in the order of the layer, the layer centred. */
  private static void pack(List<Place> layer) {
    double x = -widthOf(layer) / 2;
    for (Place place : layer) {
      place.x = x + place.width() / 2;
      x += place.width() + GAP;
    }
  }

  private static double widthOf(List<Place> layer) {
    return layer.stream().mapToDouble(Place::width).sum() + GAP * Math.max(0, layer.size() - 1);
  }
}
