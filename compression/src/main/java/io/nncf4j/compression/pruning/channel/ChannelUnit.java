package io.nncf4j.compression.pruning.channel;

import java.util.List;

/**
 * The least that can be removed: channels all over the network that only go together.
 *
 * @param id number of the unit in its analysis
 * @param slices what goes of constants, in graph order: filters, biases, parameters of
 *     normalisations, and what later layers hold for these channels
 */
public record ChannelUnit(int id, List<ChannelSlice> slices) {
  public ChannelUnit {
    slices = List.copyOf(slices);
  }

  /** The number is enough, and units are kept in large sets. */
  @Override
  public int hashCode() {
    return id;
  }
}
