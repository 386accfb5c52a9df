package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code Pad}: the input is a range of the result; the channels that padding adds come from nowhere
 * and may go with whatever they meet.
 */
record PadChannels() implements ChannelRule {
  @Override
  public String obstacle() {
    return "pads with copies of";
  }

  @Override
  public void relate(NodeLinks links) {
    Place data = links.input(0);
    Place made = links.output(0);
    int rank = links.rank(data);
    long @Nullable [] pads = pads(links.constant(1), links.constant(3), links.has(3), rank);
    boolean constant = links.node().stringAttribute("mode", "constant").equals("constant");
    for (int dimension = 0; dimension < rank && pads != null; dimension++) {
      long before = pads[dimension];
      long after = pads[dimension + rank];
      if (before == 0 && after == 0) {
        links.same(data, dimension, made, dimension);
      } else if (constant
          && before >= 0
          && after >= 0
          && links.length(data, dimension) >= 0
          && links.length(made, dimension) >= 0) {
        links.range(data, dimension, 0, made, dimension, before, links.length(data, dimension));
      }
    }
  }

  /** Pads of all dimensions, those before first; null when they are computed. */
  private static long @Nullable [] pads(
      @Nullable Tensor pads, @Nullable Tensor axes, boolean hasAxes, int rank) {
    if (pads == null || (hasAxes && axes == null)) {
      return null;
    }
    long[] all = new long[2 * rank];
    int count = pads.size() / 2;
    for (int entry = 0; entry < count; entry++) {
      int axis = axes == null ? entry : Axis.of(axes.longAt(entry), rank);
      all[axis] = pads.longAt(entry);
      all[axis + rank] = pads.longAt(entry + count);
    }
    return all;
  }

  @Override
  public void resize(NodeResize resize) {
    Place made = resize.output(0);
    int rank = resize.rank(made);
    Tensor axes = resize.constant(3);
    Tensor given = resize.constant(1);
    long @Nullable [] pads = pads(given, axes, resize.node().hasInput(3), rank);
    if (pads == null || given == null) {
      return;
    }
    boolean changed = false;
    for (int dimension = 0; dimension < rank; dimension++) {
      int @Nullable [] kept = resize.kept(made, dimension);
      if (kept != null && pads[dimension] + pads[dimension + rank] > 0) {
        long last = resize.lengthBefore(made, dimension) - pads[dimension + rank];
        pads[dimension] = SliceChannels.keptBefore(kept, pads[dimension]);
        pads[dimension + rank] = kept.length - SliceChannels.keptBefore(kept, last);
        changed = true;
      }
    }
    if (changed) {
      int count = given.size() / 2;
      long[] entries = new long[2 * count];
      for (int entry = 0; entry < count; entry++) {
        int axis = axes == null ? entry : Axis.of(axes.longAt(entry), rank);
        entries[entry] = pads[axis];
        entries[entry + count] = pads[axis + rank];
      }
      resize.constantInput(
          1,
          Tensor.ofDoubles(
              given.dataType(), Arrays.stream(entries).asDoubleStream().toArray(), given.shape()));
    }
  }
}
