package io.nncf4j.compression.pruning.channel;

import io.nncf4j.compression.pruning.channel.PrunableLayer.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions, also grouped, depthwise and transposed.
 *
 * <pre>
 *   weight [filters, channels / groups, ...]      of a convolution
 *   weight [channels, filters / groups, ...]      of a transposed one
 * </pre>
 *
 * <p>In a grouped convolution the groups must stay equally large. With more groups than channels in
 * each, whole groups go; else the channels of the same number in all groups go together.
 *
 * @param transposed whether the convolution is a transposed one
 */
record ConvolutionChannels(boolean transposed) implements ChannelRule {
  private static final int CHANNELS = 1;

  @Override
  public String obstacle() {
    return "slides a window over";
  }

  /** How a grouped convolution can lose channels. */
  private enum Grouping {
    NONE,
    WHOLE_GROUPS,
    ALIKE_IN_ALL_GROUPS
  }

  private static Grouping grouping(long groups, long channels) {
    return groups == 1
        ? Grouping.NONE
        : groups > channels / groups ? Grouping.WHOLE_GROUPS : Grouping.ALIKE_IN_ALL_GROUPS;
  }

  @Override
  public void relate(NodeLinks links) {
    Place data = links.input(0);
    Place weight = links.input(1);
    Place made = links.output(0);
    long groups = links.node().intAttribute("group", 1);
    if (links.rank(data) < 3 || links.rank(weight) != links.rank(data)) {
      return;
    }
    links.same(data, 0, made, 0);
    long channels = links.length(data, CHANNELS);
    long filters = links.length(made, CHANNELS);
    int filterDimension = transposed ? 1 : 0;
    int inputDimension = transposed ? 0 : 1;
    Place bias = links.has(2) ? links.input(2) : null;
    if (bias != null) {
      links.same(bias, 0, made, CHANNELS);
    }
    if (channels < 0 || filters < 0 || groups < 1 || channels % groups + filters % groups != 0) {
      return;
    }
    switch (grouping(groups, channels)) {
      case NONE -> {
        links.same(data, CHANNELS, weight, inputDimension);
        links.same(weight, filterDimension, made, CHANNELS);
      }
      case WHOLE_GROUPS -> {
        tieGroups(links, data, groups, channels / groups);
        tieGroups(links, made, groups, filters / groups);
        for (long group = 0; group < groups; group++) {
          links.link(
              data,
              CHANNELS,
              group * (channels / groups),
              made,
              CHANNELS,
              group * (filters / groups));
        }
        links.same(weight, 0, transposed ? data : made, CHANNELS);
      }
      case ALIKE_IN_ALL_GROUPS -> {
        tieAlike(links, data, groups, channels / groups);
        tieAlike(links, made, groups, filters / groups);
        if (transposed) {
          links.same(weight, 0, data, CHANNELS);
          links.range(weight, 1, 0, made, CHANNELS, 0, filters / groups);
        } else {
          links.same(weight, 0, made, CHANNELS);
          links.range(weight, 1, 0, data, CHANNELS, 0, channels / groups);
        }
      }
    }
    links
        .roles()
        .add(
            new PrunableLayer(
                links.node().name(),
                kind(groups, channels),
                weight,
                filterDimension,
                inputDimension,
                bias,
                groups));
  }

  private Kind kind(long groups, long channels) {
    if (groups > 1 && groups == channels) {
      return Kind.DEPTHWISE;
    }
    return grouping(groups, channels) == Grouping.WHOLE_GROUPS
        ? Kind.GROUPED
        : transposed ? Kind.TRANSPOSED_CONVOLUTION : Kind.CONVOLUTION;
  }

  private static void tieGroups(NodeLinks links, Place place, long groups, long each) {
    for (long group = 0; group < groups; group++) {
      for (long index = 1; index < each; index++) {
        links.tie(place, CHANNELS, group * each, group * each + index);
      }
    }
  }

  private static void tieAlike(NodeLinks links, Place place, long groups, long each) {
    for (long group = 1; group < groups; group++) {
      links.range(place, CHANNELS, 0, place, CHANNELS, group * each, each);
    }
  }

  @Override
  public void resize(NodeResize resize) {
    Place data = resize.input(0);
    int @Nullable [] kept = resize.kept(data, CHANNELS);
    long groups = resize.node().intAttribute("group", 1);
    if (kept != null
        && grouping(groups, resize.lengthBefore(data, CHANNELS)) == Grouping.WHOLE_GROUPS) {
      resize.attribute("group", groups * kept.length / resize.lengthBefore(data, CHANNELS));
    }
  }
}
