package io.nncf4j.compression.pruning.channel;

/** Rules of operators that only move data. */
final class MovementChannels {
  private MovementChannels() {}

  /** {@code Transpose}. */
  record Transpose() implements ChannelRule {
    @Override
    public void relate(NodeLinks links) {
      Place data = links.input(0);
      int rank = links.rank(data);
      long[] order = links.node().intsAttributeOrNull("perm");
      for (int dimension = 0; dimension < rank; dimension++) {
        int source = order == null ? rank - 1 - dimension : (int) order[dimension];
        links.same(data, source, links.output(0), dimension);
      }
    }
  }

  /** {@code Concat}: each input has a range of the result. */
  record Concat() implements ChannelRule {
    @Override
    public void relate(NodeLinks links) {
      Place made = links.output(0);
      int axis = Axis.of(links.node().intAttribute("axis", 0), links.rank(made));
      long offset = 0;
      for (int input = 0; input < links.node().inputs().size(); input++) {
        Place part = links.input(input);
        for (int dimension = 0; dimension < links.rank(part); dimension++) {
          if (dimension != axis) {
            links.same(part, dimension, made, dimension);
          }
        }
        long length = links.length(part, axis);
        if (length < 0 || offset < 0 || links.length(made, axis) < 0) {
          links.block(part, axis, "joins an unknown number of");
          links.block(made, axis, "joins an unknown number of");
          offset = -1;
        } else {
          links.range(part, axis, 0, made, axis, offset, length);
          offset += length;
        }
      }
    }
  }

  /** {@code Tile}: repeated indices go together. */
  record Tile() implements ChannelRule {
    @Override
    public void relate(NodeLinks links) {
      Place data = links.input(0);
      Place made = links.output(0);
      for (int dimension = 0; dimension < links.rank(data); dimension++) {
        long length = links.length(data, dimension);
        long total = links.length(made, dimension);
        if (length > 0 && total > 0 && total % length == 0) {
          for (long offset = 0; offset < total; offset += length) {
            links.range(data, dimension, 0, made, dimension, offset, length);
          }
        } else if (length < 0 && total < 0) {
          links.same(data, dimension, made, dimension);
        }
      }
    }
  }

  /** {@code DepthToSpace} and back: the channels that make one place go together. */
  record DepthAndSpace(boolean toSpace) implements ChannelRule {
    @Override
    public String obstacle() {
      return "moves places into";
    }

    @Override
    public void relate(NodeLinks links) {
      Place deep = toSpace ? links.input(0) : links.output(0);
      Place flat = toSpace ? links.output(0) : links.input(0);
      links.same(deep, 0, flat, 0);
      long side = links.node().intAttribute("blocksize", 1);
      long channels = links.length(flat, 1);
      if (channels < 0 || links.length(deep, 1) != channels * side * side) {
        return;
      }
      boolean placesLast = toSpace && links.node().stringAttribute("mode", "DCR").equals("CRD");
      for (long place = 0; place < side * side; place++) {
        for (long channel = 0; channel < channels; channel++) {
          long index = placesLast ? channel * side * side + place : place * channels + channel;
          links.link(deep, 1, index, flat, 1, channel);
        }
      }
    }
  }
}
