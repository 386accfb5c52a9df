package io.nncf4j.compression.pruning.channel;

/** Element by element with broadcasting: what lines up goes together. */
record ElementwiseChannels() implements ChannelRule {
  @Override
  public void relate(NodeLinks links) {
    for (int output = 0; output < links.node().outputs().size(); output++) {
      if (links.node().output(output).isEmpty()) {
        continue;
      }
      for (int input = 0; input < links.node().inputs().size(); input++) {
        if (links.has(input)) {
          links.align(links.input(input), links.output(output));
        }
      }
    }
  }
}
