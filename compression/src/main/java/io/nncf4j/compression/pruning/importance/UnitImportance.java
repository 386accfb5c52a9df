package io.nncf4j.compression.pruning.importance;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelSlice;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.Place;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.core.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Importance of units: the sum over all filters of layers in them, depthwise ones too. */
public final class UnitImportance {
  private record Filters(Place weight, int dimension) {}

  private UnitImportance() {}

  /**
   * The importance of every unit of every group.
   *
   * @param comparable whether weights are divided by their norm first, so that units of different
   *     groups can be compared
   */
  public static Map<ChannelUnit, Double> of(
      ChannelAnalysis analysis, FilterImportance importance, boolean comparable) {
    return of(analysis, analysis::tensor, importance, comparable);
  }

  /**
   * Share of the squared weights of its layers that each unit holds, summed over the layers: unlike
   * norms, which add up to more the more filters there are, comparable between layers of different
   * width.
   */
  public static Map<ChannelUnit, Double> energy(ChannelAnalysis analysis) {
    return of(analysis, analysis::tensor, FilterImportance.L2, true, true);
  }

  /**
   * As {@link #of(ChannelAnalysis, FilterImportance, boolean)}, for weights that have changed.
   *
   * @param weights the tensor at a place now, null when there is none
   */
  public static Map<ChannelUnit, Double> of(
      ChannelAnalysis analysis,
      Function<Place, @Nullable Tensor> weights,
      FilterImportance importance,
      boolean comparable) {
    return of(analysis, weights, importance, comparable, false);
  }

  private static Map<ChannelUnit, Double> of(
      ChannelAnalysis analysis,
      Function<Place, @Nullable Tensor> weights,
      FilterImportance importance,
      boolean comparable,
      boolean squared) {
    Map<Filters, double[]> measured = new HashMap<>();
    for (PrunableLayer layer : analysis.layers()) {
      Tensor weight = weights.apply(layer.weight());
      if (weight != null) {
        int dimension = layer.filterDimension();
        measured.put(
            new Filters(layer.weight(), dimension),
            comparable
                ? importance.normalized(weight, dimension)
                : importance.of(weight, dimension));
      }
    }
    Map<ChannelUnit, Double> units = new LinkedHashMap<>();
    for (ChannelGroup group : analysis.groups()) {
      for (ChannelUnit unit : group.units()) {
        double sum = 0;
        for (ChannelSlice slice : unit.slices()) {
          double @Nullable [] filters =
              measured.get(new Filters(slice.constant(), slice.dimension()));
          double value = filters == null ? 0 : filters[slice.index()];
          sum += squared ? value * value : value;
        }
        units.put(unit, sum);
      }
    }
    return units;
  }
}
