package io.nncf4j.compression.pruning.channel;

import java.util.List;

/**
 * Units that stand in the same places, such as all filters of one layer, or of all layers that meet
 * in additions. Any of them can be removed as long as one is left.
 *
 * @param index position among the groups of its analysis
 * @param layers the layers that make the channels, in graph order
 * @param units what can be removed, in the order of channels
 */
public record ChannelGroup(int index, List<PrunableLayer> layers, List<ChannelUnit> units) {
  public ChannelGroup {
    layers = List.copyOf(layers);
    units = List.copyOf(units);
  }

  @Override
  public int hashCode() {
    return index;
  }

  /** Names of the layers. */
  public List<String> layerNames() {
    return layers.stream().map(PrunableLayer::node).toList();
  }
}
