package io.nncf4j.compression.pruning.channel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes groups of the sets of channels that can be removed. */
final class GroupCollector {
  /** What is gathered of one set. */
  private static final class Gathered {
    final Set<PrunableLayer> layers = new LinkedHashSet<>();
    final List<ChannelSlice> slices = new ArrayList<>();

    /** Number of the last dimension that was noted. */
    int last = -1;

    /** Stands for all dimensions in which the set occurs. */
    int signature;

    /** Whether some dimension has no other channel. */
    boolean fillsDimension;
  }

  private record Step(int signature, int dimension) {}

  private final ChannelSpace space;
  private final Map<Integer, Gathered> sets = new LinkedHashMap<>();
  private final Set<Place> weights = new HashSet<>();
  private final Map<Step, Integer> signatures = new HashMap<>();

  GroupCollector(ChannelSpace space, List<PrunableLayer> layers) {
    this.space = space;
    layers.forEach(layer -> weights.add(layer.weight()));
    layers.stream().filter(PrunableLayer::makesChannels).forEach(this::addFilters);
    int dimensions = 0;
    for (Place place : space.places()) {
      for (int dimension = 0; dimension < space.rank(place); dimension++) {
        if (space.isTracked(place, dimension)) {
          sign(place, dimension, dimensions++);
        }
      }
    }
  }

  private void addFilters(PrunableLayer layer) {
    int dimension = layer.filterDimension();
    if (!space.isTracked(layer.weight(), dimension)) {
      return;
    }
    for (long index = 0; index < space.length(layer.weight(), dimension); index++) {
      int root = space.root(space.coordinate(layer.weight(), dimension, index));
      if (space.obstacleOf(root) == null) {
        sets.computeIfAbsent(root, key -> new Gathered()).layers.add(layer);
      }
    }
  }

  private void sign(Place place, int dimension, int number) {
    int length = (int) space.length(place, dimension);
    int first = length == 0 ? -1 : space.root(space.coordinate(place, dimension, 0));
    boolean single = true;
    for (int index = 0; index < length; index++) {
      int root = space.root(space.coordinate(place, dimension, index));
      single &= root == first;
      Gathered gathered = sets.get(root);
      if (gathered == null) {
        continue;
      }
      if (gathered.last != number) {
        gathered.last = number;
        gathered.signature =
            signatures.computeIfAbsent(
                new Step(gathered.signature, number), step -> signatures.size() + 1);
      }
      if (place.isConstant() || weights.contains(place)) {
        gathered.slices.add(new ChannelSlice(place, dimension, index));
      }
    }
    Gathered alone = single ? sets.get(first) : null;
    if (alone != null) {
      alone.fillsDimension = true;
    }
  }

  List<ChannelGroup> groups() {
    Map<Integer, List<ChannelUnit>> units = new LinkedHashMap<>();
    Map<Integer, List<PrunableLayer>> layers = new HashMap<>();
    new TreeMap<>(sets)
        .forEach(
            (root, gathered) -> {
              if (!gathered.fillsDimension) {
                units
                    .computeIfAbsent(gathered.signature, key -> new ArrayList<>())
                    .add(new ChannelUnit(root, gathered.slices));
                layers.putIfAbsent(gathered.signature, List.copyOf(gathered.layers));
              }
            });
    List<ChannelGroup> groups = new ArrayList<>();
    units.forEach(
        (signature, members) ->
            groups.add(
                new ChannelGroup(
                    groups.size(), layers.getOrDefault(signature, List.of()), members)));
    return List.copyOf(groups);
  }
}
