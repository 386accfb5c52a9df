package io.nncf4j.compression.pruning.channel;

/** Pooling and what else works inside each channel: batch and channels go on, places do not. */
record WindowChannels() implements ChannelRule {
  @Override
  public String obstacle() {
    return "slides a window over";
  }

  @Override
  public void relate(NodeLinks links) {
    for (int output = 0; output < links.node().outputs().size(); output++) {
      if (!links.node().output(output).isEmpty()) {
        links.same(links.input(0), 0, links.output(output), 0);
        links.same(links.input(0), 1, links.output(output), 1);
      }
    }
  }
}
