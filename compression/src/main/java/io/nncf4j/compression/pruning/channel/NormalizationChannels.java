package io.nncf4j.compression.pruning.channel;

import org.jspecify.annotations.Nullable;

/** Rules of normalisations. */
final class NormalizationChannels {
  private NormalizationChannels() {}

  /** Batch normalization treats each channel for itself, and the places as well. */
  record Batch() implements ChannelRule {
    @Override
    public void relate(NodeLinks links) {
      Place data = links.input(0);
      Place made = links.output(0);
      for (int dimension = 0; dimension < links.rank(data); dimension++) {
        links.same(data, dimension, made, dimension);
      }
      for (int parameter = 1; parameter < links.node().inputs().size(); parameter++) {
        links.same(links.input(parameter), 0, made, 1);
      }
    }
  }

  /** Instance normalization treats each channel for itself. */
  record Instance() implements ChannelRule {
    @Override
    public String obstacle() {
      return "normalizes over";
    }

    @Override
    public void relate(NodeLinks links) {
      links.same(links.input(0), 0, links.output(0), 0);
      links.same(links.input(0), 1, links.output(0), 1);
      links.same(links.input(1), 0, links.output(0), 1);
      links.same(links.input(2), 0, links.output(0), 1);
    }
  }

  /** Group normalization: whole groups can go. */
  record Group() implements ChannelRule {
    @Override
    public String obstacle() {
      return "normalizes over";
    }

    @Override
    public void relate(NodeLinks links) {
      Place data = links.input(0);
      Place made = links.output(0);
      links.same(data, 0, made, 0);
      links.same(data, 1, made, 1);
      links.same(links.input(1), 0, made, 1);
      links.same(links.input(2), 0, made, 1);
      long groups = links.node().intAttribute("num_groups", 1);
      long channels = links.length(data, 1);
      if (channels < 0 || groups < 1 || channels % groups != 0) {
        return;
      }
      if (groups == 1) {
        links.block(data, 1, "normalizes over");
        return;
      }
      long each = channels / groups;
      for (long channel = 0; channel < channels; channel++) {
        links.tie(data, 1, channel - channel % each, channel);
      }
    }

    @Override
    public void resize(NodeResize resize) {
      int @Nullable [] kept = resize.kept(resize.input(0), 1);
      if (kept != null) {
        long groups = resize.node().intAttribute("num_groups", 1);
        resize.attribute(
            "num_groups", groups * kept.length / resize.lengthBefore(resize.input(0), 1));
      }
    }
  }

  /** Layer normalization counts the channels, so that zeroed ones differ from removed ones. */
  record Layer() implements ChannelRule {
    @Override
    public String obstacle() {
      return "normalizes over";
    }

    @Override
    public void relate(NodeLinks links) {
      Place data = links.input(0);
      int rank = links.rank(data);
      int axis = Axis.of(links.node().intAttribute("axis", -1), rank);
      for (int dimension = 0; dimension < axis; dimension++) {
        links.same(data, dimension, links.output(0), dimension);
      }
    }
  }

  /** Softmax and its like: only the other dimensions are free. */
  record AlongAxis(long absent, String obstacle) implements ChannelRule {
    @Override
    public void relate(NodeLinks links) {
      Place data = links.input(0);
      int rank = links.rank(data);
      int axis = Axis.of(links.node().intAttribute("axis", absent), rank);
      for (int dimension = 0; dimension < rank; dimension++) {
        if (dimension != axis) {
          links.same(data, dimension, links.output(0), dimension);
        }
      }
    }
  }
}
