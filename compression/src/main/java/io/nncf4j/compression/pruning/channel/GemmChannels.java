package io.nncf4j.compression.pruning.channel;

import io.nncf4j.compression.pruning.channel.PrunableLayer.Kind;

/** {@code Gemm}: a linear layer with its bias. */
record GemmChannels() implements ChannelRule {
  @Override
  public void relate(NodeLinks links) {
    Place data = links.input(0);
    Place weight = links.input(1);
    Place made = links.output(0);
    int summed = links.node().intAttribute("transA", 0) != 0 ? 0 : 1;
    int inputs = links.node().intAttribute("transB", 0) != 0 ? 1 : 0;
    links.same(data, summed, weight, inputs);
    links.same(data, 1 - summed, made, 0);
    links.same(weight, 1 - inputs, made, 1);
    Place bias = links.has(2) ? links.input(2) : null;
    if (bias != null) {
      links.align(bias, made);
    }
    if (links.isWeight(1)) {
      links
          .roles()
          .add(
              new PrunableLayer(
                  links.node().name(), Kind.LINEAR, weight, 1 - inputs, inputs, bias, 1));
    }
  }
}
