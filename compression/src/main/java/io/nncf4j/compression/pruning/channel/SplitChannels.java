package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.tensor.Tensor;

/** {@code Split}: each output has a range of the input. */
record SplitChannels() implements ChannelRule {
  @Override
  public void relate(NodeLinks links) {
    Place data = links.input(0);
    int axis = axis(links.node().intAttribute("axis", 0), links.rank(data));
    long offset = 0;
    for (int output = 0; output < links.node().outputs().size(); output++) {
      if (links.node().output(output).isEmpty()) {
        links.block(data, axis, "splits");
        offset = -1;
        continue;
      }
      Place part = links.output(output);
      for (int dimension = 0; dimension < links.rank(part); dimension++) {
        if (dimension != axis) {
          links.same(data, dimension, part, dimension);
        }
      }
      long length = links.length(part, axis);
      if (length < 0 || offset < 0 || links.length(data, axis) < 0) {
        links.block(part, axis, "splits an unknown number of");
        links.block(data, axis, "splits an unknown number of");
        offset = -1;
      } else {
        links.range(data, axis, offset, part, axis, 0, length);
        offset += length;
      }
    }
  }

  private static int axis(long axis, int rank) {
    return Axis.of(axis, rank);
  }

  @Override
  public void resize(NodeResize resize) {
    Place data = resize.input(0);
    int axis = axis(resize.node().intAttribute("axis", 0), resize.rank(data));
    if (resize.kept(data, axis) == null) {
      return;
    }
    long[] sizes = new long[resize.node().outputs().size()];
    for (int output = 0; output < sizes.length; output++) {
      sizes[output] = resize.length(resize.output(output), axis);
    }
    resize.dropAttributes("num_outputs");
    resize.constantInput(1, Tensor.vector(sizes));
  }
}
