package io.nncf4j.compression.training.masks;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelSlice;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.Place;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Removes channels that were masked while training from the graph that came of it, which may hold
 * other compression: a unit is found again by the filters that it consists of.
 */
public final class MaskedChannels {
  private MaskedChannels() {}

  /**
   * @param plain the trained model, without the masks of these channels
   * @param groups of the analysis of the model before training
   * @param removed units of these groups
   */
  public static Model remove(Model plain, List<ChannelGroup> groups, List<ChannelUnit> removed) {
    if (removed.isEmpty()) {
      return plain;
    }
    ChannelAnalysis now = ChannelAnalysis.ofNormalized(plain);
    return new RemoveChannels(now).remove(counterparts(now, groups, new HashSet<>(removed)));
  }

  /** A filter of a layer, by which units of two analyses are known to be the same. */
  private record Filter(String layer, int index) {}

  private static Set<ChannelUnit> counterparts(
      ChannelAnalysis now, List<ChannelGroup> groups, Set<ChannelUnit> removed) {
    Map<Filter, ChannelUnit> units = new HashMap<>();
    for (ChannelGroup group : now.groups()) {
      Map<Place, PrunableLayer> weights = weights(group);
      for (ChannelUnit unit : group.units()) {
        filters(unit, weights).forEach(filter -> units.put(filter, unit));
      }
    }
    Set<ChannelUnit> found = new LinkedHashSet<>();
    for (ChannelGroup group : groups) {
      Map<Place, PrunableLayer> weights = weights(group);
      for (ChannelUnit unit : group.units()) {
        if (removed.contains(unit)) {
          for (Filter filter : filters(unit, weights)) {
            ChannelUnit counterpart = units.get(filter);
            if (counterpart == null) {
              throw new NncfException(
                  String.format(
                      Locale.ROOT,
                      "Filter %d of \"%s\" is masked and cannot be removed beside the other"
                          + " compression in this model; first obstacle: %s",
                      filter.index(),
                      filter.layer(),
                      now.findings()));
            }
            found.add(counterpart);
          }
        }
      }
    }
    return found;
  }

  private static Map<Place, PrunableLayer> weights(ChannelGroup group) {
    Map<Place, PrunableLayer> weights = new HashMap<>();
    group.layers().forEach(layer -> weights.put(layer.weight(), layer));
    return weights;
  }

  private static List<Filter> filters(ChannelUnit unit, Map<Place, PrunableLayer> weights) {
    List<Filter> filters = new ArrayList<>();
    for (ChannelSlice slice : unit.slices()) {
      PrunableLayer layer = weights.get(slice.constant());
      if (layer != null && slice.dimension() == layer.filterDimension()) {
        filters.add(new Filter(layer.node(), slice.index()));
      }
    }
    return filters;
  }
}
