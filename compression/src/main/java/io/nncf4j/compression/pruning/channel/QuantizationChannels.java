package io.nncf4j.compression.pruning.channel;

/**
 * {@code QuantizeLinear} and {@code DequantizeLinear}: scales and zero points go with their axis.
 */
record QuantizationChannels() implements ChannelRule {
  @Override
  public String obstacle() {
    return "shares a scale among blocks of";
  }

  @Override
  public void relate(NodeLinks links) {
    Place data = links.input(0);
    int rank = links.rank(data);
    if (links.node().intAttribute("block_size", 0) != 0) {
      return;
    }
    for (int dimension = 0; dimension < rank; dimension++) {
      links.same(data, dimension, links.output(0), dimension);
    }
    int axis = Axis.of(links.node().intAttribute("axis", 1), rank);
    for (int parameter = 1; parameter < links.node().inputs().size(); parameter++) {
      if (links.has(parameter)
          && links.rank(links.input(parameter)) == 1
          && axis < rank
          && links.isSameLength(links.input(parameter), 0, data, axis)) {
        links.same(links.input(parameter), 0, data, axis);
      }
    }
  }
}
