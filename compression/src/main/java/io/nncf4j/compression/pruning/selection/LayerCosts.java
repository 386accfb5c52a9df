package io.nncf4j.compression.pruning.selection;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.Place;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Arithmetic, weights and filters of a model's layers, and what is left of them when units go.
 *
 * <p>Counted are convolutions and matrix products with a weight, two operations for each
 * multiplication with an element of the weight, biases and other operators nothing. A transposed
 * convolution is counted at each place of its input, or of its output as the original counts it.
 */
public final class LayerCosts {
  /** A dimension of a weight that can become shorter. */
  private record Axis(Place weight, int dimension) {}

  /**
   * One layer.
   *
   * @param flopsPerWeight operations for each element of the weight
   * @param others elements of the weight for each pair of indices of its two axes
   */
  private record Cost(
      PrunableLayer layer,
      long flopsPerWeight,
      long others,
      int filterAxis,
      int inputAxis,
      boolean first) {}

  private final List<Cost> costs = new ArrayList<>();
  private final Map<Axis, Integer> axes = new HashMap<>();
  private final Map<ChannelUnit, int[]> axesOfUnits = new HashMap<>();
  private final List<Long> lengths = new ArrayList<>();

  private LayerCosts() {}

  /**
   * @param shaped the model of the analysis, or the same one for inputs of known shapes
   * @param transposedByOutput whether transposed convolutions count at each place of the output
   * @throws InputException when the number of places of a layer is not known
   */
  public static LayerCosts of(ChannelAnalysis analysis, Model shaped, boolean transposedByOutput) {
    LayerCosts made = new LayerCosts();
    Set<String> weights = new HashSet<>();
    for (PrunableLayer layer : analysis.layers()) {
      made.add(layer, shaped.graph(), transposedByOutput, weights);
    }
    return made;
  }

  private void add(
      PrunableLayer layer, Graph graph, boolean transposedByOutput, Set<String> weights) {
    Node node = graph.node(layer.node());
    Shape weight = graph.tensorType(layer.weight().value()).shape();
    if (node == null || weight == null || !weight.isStatic()) {
      throw new InputException("Layer \"" + layer.node() + "\" has a weight of unknown shape");
    }
    boolean byInput =
        layer.kind() == PrunableLayer.Kind.TRANSPOSED_CONVOLUTION && !transposedByOutput;
    Shape swept = graph.tensorType(byInput ? node.input(0) : node.output(0)).shape();
    long others = 1;
    for (int dimension = 0; dimension < weight.rank(); dimension++) {
      if (dimension != layer.filterDimension() && dimension != layer.inputDimension()) {
        others *= weight.get(dimension).lengthOrMinusOne();
      }
    }
    costs.add(
        new Cost(
            layer,
            2 * places(layer, swept),
            others,
            axis(layer.weight(), layer.filterDimension(), weight),
            axis(layer.weight(), layer.inputDimension(), weight),
            weights.add(layer.weight().value())));
  }

  private int axis(Place weight, int dimension, Shape shape) {
    return axes.computeIfAbsent(
        new Axis(weight, dimension),
        key -> {
          lengths.add(shape.get(dimension).lengthOrMinusOne());
          return lengths.size() - 1;
        });
  }

  private static long places(PrunableLayer layer, @org.jspecify.annotations.Nullable Shape swept) {
    boolean linear = layer.kind() == PrunableLayer.Kind.LINEAR;
    long places = 1;
    for (int dimension = linear ? 0 : 2;
        swept != null && dimension < swept.rank() - (linear ? 1 : 0);
        dimension++) {
      long length = swept.get(dimension).lengthOrMinusOne();
      if (length < 0 && dimension > 0) {
        places = -1;
        break;
      }
      places *= Math.abs(length);
    }
    if (swept == null || places < 0) {
      throw new InputException(
          "The arithmetic of layer \""
              + layer.node()
              + "\" is not known, because the model leaves lengths open; give the shapes of its"
              + " inputs");
    }
    return places;
  }

  /** The axes of layers in which a unit has an index, once for each. */
  private int[] axesOf(ChannelUnit unit) {
    return axesOfUnits.computeIfAbsent(
        unit,
        key ->
            unit.slices().stream()
                .map(slice -> axes.getOrDefault(new Axis(slice.constant(), slice.dimension()), -1))
                .filter(axis -> axis >= 0)
                .mapToInt(Integer::intValue)
                .toArray());
  }

  /** A count of everything, from which units can be taken. */
  public Tally tally() {
    return new Tally();
  }

  /** What is left without these units. */
  public Tally without(Collection<ChannelUnit> units) {
    Tally tally = new Tally();
    units.forEach(tally::remove);
    return tally;
  }

  /**
   * What one layer costs.
   *
   * @param node name of the layer
   * @param filters its filters
   * @param inputs channels of each filter
   */
  public record LayerTally(String node, long flops, long parameters, long filters, long inputs) {}

  /** Lengths that units have been taken from. */
  public final class Tally {
    private final long[] left = lengths.stream().mapToLong(Long::longValue).toArray();

    private Tally() {}

    /** Takes a unit that has not been taken yet. */
    public void remove(ChannelUnit unit) {
      count(unit, -1);
    }

    /** Puts a unit back. */
    public void restore(ChannelUnit unit) {
      count(unit, 1);
    }

    private void count(ChannelUnit unit, int change) {
      for (int axis : axesOf(unit)) {
        left[axis] += change;
      }
    }

    /** Operations of all layers. */
    public long flops() {
      return costs.stream().mapToLong(cost -> flops(cost)).sum();
    }

    private long flops(Cost cost) {
      return cost.flopsPerWeight * weights(cost);
    }

    private long weights(Cost cost) {
      return cost.others * left[cost.filterAxis] * left[cost.inputAxis];
    }

    /** Elements of all weights; a shared weight counts once. */
    public long parameters() {
      return costs.stream().filter(Cost::first).mapToLong(this::weights).sum();
    }

    /** Filters of all layers that make channels of their own or treat each for itself. */
    public long filters() {
      return costs.stream().filter(Cost::first).mapToLong(cost -> left[cost.filterAxis]).sum();
    }

    /** Each layer in graph order. */
    public List<LayerTally> layers() {
      return costs.stream()
          .map(
              cost ->
                  new LayerTally(
                      cost.layer.node(),
                      flops(cost),
                      weights(cost),
                      left[cost.filterAxis],
                      left[cost.inputAxis]))
          .toList();
    }
  }
}
