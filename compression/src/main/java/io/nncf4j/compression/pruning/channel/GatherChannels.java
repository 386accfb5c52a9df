package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code Gather}: with known indices each index taken goes with its source; with computed ones (an
 * embedding) the gathered dimension stays whole.
 */
record GatherChannels() implements ChannelRule {
  @Override
  public String obstacle() {
    return "picks by computed indices from";
  }

  @Override
  public void relate(NodeLinks links) {
    Place data = links.input(0);
    Place picks = links.input(1);
    Place made = links.output(0);
    int axis = Axis.of(links.node().intAttribute("axis", 0), links.rank(data));
    int picked = links.rank(picks);
    for (int dimension = 0; dimension < links.rank(data); dimension++) {
      if (dimension != axis) {
        links.same(data, dimension, made, dimension < axis ? dimension : dimension - 1 + picked);
      }
    }
    Tensor indices = links.constant(1);
    long length = links.length(data, axis);
    if (indices == null || length < 0) {
      for (int dimension = 0; dimension < picked; dimension++) {
        links.same(picks, dimension, made, axis + dimension);
      }
      return;
    }
    if (picked == 0) {
      links.block(data, axis, inside(indices.longAt(0), length), "picks a single one of");
    } else if (picked == 1) {
      links.same(picks, 0, made, axis);
      for (int entry = 0; entry < indices.size(); entry++) {
        links.link(data, axis, inside(indices.longAt(entry), length), made, axis, entry);
      }
    }
  }

  private static long inside(long index, long length) {
    return index < 0 ? index + length : index;
  }

  @Override
  public void resize(NodeResize resize) {
    Place data = resize.input(0);
    int axis = Axis.of(resize.node().intAttribute("axis", 0), resize.rank(data));
    int @Nullable [] kept = resize.kept(data, axis);
    Tensor indices = resize.constant(1);
    if (kept == null || indices == null) {
      return;
    }
    int @Nullable [] staying = indices.isScalar() ? null : resize.kept(resize.output(0), axis);
    int count = staying == null ? indices.size() : staying.length;
    double[] moved = new double[count];
    for (int entry = 0; entry < count; entry++) {
      long old = indices.longAt(staying == null ? entry : staying[entry]);
      moved[entry] = Arrays.binarySearch(kept, (int) inside(old, resize.lengthBefore(data, axis)));
    }
    long[] shape = indices.isScalar() ? new long[0] : new long[] {count};
    resize.constantInput(1, Tensor.ofDoubles(indices.dataType(), moved, shape));
  }
}
