package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelSlice;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.Place;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.compression.training.masks.PruningMasks;
import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.libtorch.TrainingState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes whole heads and rows of masked weights. A unit (a head of attention, a neuron between two
 * layers) goes when the weights that make it are all masked, or the weights that read it are: what
 * is left of it says nothing. The units that stay get back all their weights, which a dense product
 * computes anyway.
 */
final class StructuredMasks {
  private final List<ChannelGroup> groups;
  private final PruningMasks masks;
  private final Map<String, MovementLayer> scored = new HashMap<>();
  private final Map<Place, PrunableLayer> layers = new HashMap<>();

  StructuredMasks(
      ChannelAnalysis analysis,
      List<ChannelGroup> groups,
      PruningMasks masks,
      List<MovementLayer> scored) {
    this.groups = List.copyOf(groups);
    this.masks = masks;
    scored.forEach(layer -> this.scored.put(layer.weight().name(), layer));
    analysis.layers().forEach(layer -> layers.put(layer.weight(), layer));
  }

  /** Masks units of which nothing is left, and fixes all masks. */
  void resolve(TrainingState state, double threshold) {
    Map<String, float[]> kept = new HashMap<>();
    scored.forEach((name, layer) -> kept.put(name, layer.weight().kept(state, threshold)));
    Set<ChannelUnit> gone = new LinkedHashSet<>();
    Set<String> whole = new HashSet<>();
    for (ChannelGroup group : groups) {
      List<ChannelUnit> empty = new ArrayList<>();
      for (ChannelUnit unit : group.units()) {
        if (isEmpty(unit, kept)) {
          empty.add(unit);
        }
        unit.slices().forEach(slice -> whole.add(slice.constant().value()));
      }
      if (empty.size() == group.units().size()) {
        empty.remove(best(empty, state));
      }
      gone.addAll(empty);
    }
    masks.write(state, gone);
    for (MovementLayer layer : scored.values()) {
      boolean isWhole = whole.contains(layer.weight().name());
      for (ScoredConstant constant : constants(layer)) {
        if (isWhole) {
          constant.keepAll(state);
        } else {
          constant.fix(state, threshold);
        }
      }
    }
  }

  private static List<ScoredConstant> constants(MovementLayer layer) {
    ScoredConstant bias = layer.bias();
    return bias == null ? List.of(layer.weight()) : List.of(layer.weight(), bias);
  }

  private boolean isEmpty(ChannelUnit unit, Map<String, float[]> kept) {
    int makers = 0;
    int emptyMakers = 0;
    int readers = 0;
    int emptyReaders = 0;
    for (ChannelSlice slice : unit.slices()) {
      PrunableLayer layer = layers.get(slice.constant());
      if (layer == null) {
        continue;
      }
      MovementLayer own = scored.get(slice.constant().value());
      float[] mask = kept.get(slice.constant().value());
      boolean isEmpty = own != null && mask != null && sum(mask, own, slice) == 0;
      if (slice.dimension() == layer.filterDimension()) {
        makers++;
        emptyMakers += isEmpty ? 1 : 0;
      } else {
        readers++;
        emptyReaders += isEmpty ? 1 : 0;
      }
    }
    return makers > 0 && makers == emptyMakers || readers > 0 && readers == emptyReaders;
  }

  private ChannelUnit best(List<ChannelUnit> units, TrainingState state) {
    Map<String, float[]> scores = new HashMap<>();
    scored.forEach((name, layer) -> scores.put(name, layer.weight().spread(state)));
    return units.stream().max(Comparator.comparingDouble(unit -> sum(unit, scores))).orElseThrow();
  }

  private double sum(ChannelUnit unit, Map<String, float[]> values) {
    double sum = 0;
    for (ChannelSlice slice : unit.slices()) {
      MovementLayer layer = scored.get(slice.constant().value());
      float[] own = values.get(slice.constant().value());
      sum += layer == null || own == null ? 0 : sum(own, layer, slice);
    }
    return sum;
  }

  /** The sum of a row or column of a weight's values. */
  private static double sum(float[] values, MovementLayer layer, ChannelSlice slice) {
    long[] shape = layer.weight().shape();
    int columns = (int) shape[1];
    boolean isRow = slice.dimension() == 0;
    double sum = 0;
    for (int index = 0; index < shape[isRow ? 1 : 0]; index++) {
      sum += values[isRow ? slice.index() * columns + index : index * columns + slice.index()];
    }
    return sum;
  }

  /** Multiplies what masks units leave into a mask of a weight's elements. */
  void apply(TrainingState state, ScoredConstant constant, float[] kept) {
    masks.multiply(state, constant.name(), constant.shape(), kept);
  }

  /** Heads and rows that are masked now. */
  List<ChannelUnit> removed(TrainingState state) {
    return masks.removed(state);
  }

  /** How many heads and rows there are and are left, by the layers that make them. */
  List<SparsityStatistics.Structure> counts(TrainingState state) {
    Set<ChannelUnit> gone = new HashSet<>(removed(state));
    return groups.stream()
        .map(
            group ->
                new SparsityStatistics.Structure(
                    group.layerNames(),
                    group.units().size(),
                    (int) group.units().stream().filter(unit -> !gone.contains(unit)).count()))
        .toList();
  }

  List<ChannelGroup> groups() {
    return groups;
  }

  /** The trained model without the masks of units. */
  Model takeOut(Model trained) {
    return masks.takeOut(trained);
  }
}
