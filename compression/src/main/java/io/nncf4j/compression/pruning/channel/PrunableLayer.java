package io.nncf4j.compression.pruning.channel;

/**
 * A convolution or matrix product with a weight: what makes channels.
 *
 * @param node name of the node
 * @param kind what the layer is
 * @param weight where its weight stands
 * @param filterDimension dimension of the weight that holds one filter (one output) for each index
 * @param inputDimension dimension of the weight over the channels that are read; for a grouped
 *     convolution those of one group
 * @param bias where its bias stands; null without one
 * @param groups groups of the convolution, else 1
 */
public record PrunableLayer(
    String node,
    Kind kind,
    Place weight,
    int filterDimension,
    int inputDimension,
    @org.jspecify.annotations.Nullable Place bias,
    long groups) {
  /** What a layer is. */
  public enum Kind {
    CONVOLUTION,
    TRANSPOSED_CONVOLUTION,
    LINEAR,
    /** A convolution with a filter for each channel: it makes no channels of its own. */
    DEPTHWISE,
    /** A grouped convolution whose groups go as a whole: it makes no channels of its own. */
    GROUPED
  }

  /** True when the layer mixes all channels it reads into new ones. */
  public boolean makesChannels() {
    return kind != Kind.DEPTHWISE && kind != Kind.GROUPED;
  }
}
