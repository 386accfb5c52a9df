package io.nncf4j.compression.pruning.channel;

/**
 * {@code Shape} and {@code Size} read lengths and no channels: what was known of them has been
 * folded, and what is left follows the smaller tensors by itself.
 */
record ShapeOfChannels() implements ChannelRule {
  @Override
  public void relate(NodeLinks links) {
    Place data = links.input(0);
    for (int dimension = 0; dimension < links.rank(data); dimension++) {
      links.free(data, dimension);
    }
  }
}
