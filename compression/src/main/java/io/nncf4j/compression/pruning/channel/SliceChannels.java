package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code Slice}: the range that is taken goes on, the rest of the input is free. */
record SliceChannels() implements ChannelRule {
  /** A range along one axis, its ends brought inside the dimension. */
  private record Range(int axis, long start, long count, long step) {}

  @Override
  public String obstacle() {
    return "takes an unknown part of";
  }

  @Override
  public void relate(NodeLinks links) {
    Place data = links.input(0);
    Place made = links.output(0);
    int rank = links.rank(data);
    long @Nullable [] axes = axes(links.constant(3), links.has(3), links.constant(1));
    boolean[] sliced = new boolean[rank];
    Arrays.fill(sliced, axes == null);
    for (int entry = 0; axes != null && entry < axes.length; entry++) {
      int axis = Axis.of(axes[entry], rank);
      sliced[axis] = true;
      Range range =
          range(
              axis,
              entry,
              links.constant(1),
              links.constant(2),
              links.has(4) ? links.constant(4) : Tensor.vector(onesLike(axes)),
              links.length(data, axis));
      if (range != null && range.step == 1 && links.length(made, axis) == range.count) {
        links.range(data, axis, range.start, made, axis, 0, range.count);
      } else if (range == null && links.length(data, axis) < 0 && links.length(made, axis) < 0) {
        links.free(data, axis);
        links.free(made, axis);
      }
    }
    for (int dimension = 0; dimension < rank; dimension++) {
      if (!sliced[dimension]) {
        links.same(data, dimension, made, dimension);
      }
    }
  }

  private static long[] onesLike(long[] axes) {
    long[] ones = new long[axes.length];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** The axes given, or the first ones; null when they are computed. */
  private static long @Nullable [] axes(
      @Nullable Tensor axes, boolean given, @Nullable Tensor starts) {
    if (axes != null) {
      return axes.toLongs();
    }
    if (given || starts == null) {
      return null;
    }
    long[] first = new long[starts.size()];
    Arrays.setAll(first, index -> index);
    return first;
  }

  private static @Nullable Range range(
      int axis,
      int entry,
      @Nullable Tensor starts,
      @Nullable Tensor ends,
      @Nullable Tensor steps,
      long length) {
    if (starts == null || ends == null || steps == null || length < 0) {
      return null;
    }
    long step = steps.longAt(entry);
    if (step <= 0) {
      return null;
    }
    long start = inside(starts.longAt(entry), length);
    long end = inside(ends.longAt(entry), length);
    return new Range(axis, start, Math.max(0, (end - start + step - 1) / step), step);
  }

  private static long inside(long index, long length) {
    return Math.max(0, Math.min(length, index < 0 ? index + length : index));
  }

  @Override
  public void resize(NodeResize resize) {
    Place data = resize.input(0);
    Tensor starts = resize.constant(1);
    Tensor ends = resize.constant(2);
    long @Nullable [] axes = axes(resize.constant(3), resize.node().hasInput(3), starts);
    if (starts == null || ends == null || axes == null) {
      return;
    }
    long[] newStarts = starts.toLongs();
    long[] newEnds = ends.toLongs();
    boolean changed = false;
    for (int entry = 0; entry < axes.length; entry++) {
      int axis = Axis.of(axes[entry], resize.rank(data));
      int @Nullable [] kept = resize.kept(data, axis);
      if (kept != null) {
        long length = resize.lengthBefore(data, axis);
        newStarts[entry] = keptBefore(kept, inside(newStarts[entry], length));
        newEnds[entry] = keptBefore(kept, inside(newEnds[entry], length));
        changed = true;
      }
    }
    if (changed) {
      resize.constantInput(1, like(starts, newStarts));
      resize.constantInput(2, like(ends, newEnds));
    }
  }

  private static Tensor like(Tensor old, long[] values) {
    return Tensor.ofDoubles(
        old.dataType(), Arrays.stream(values).asDoubleStream().toArray(), old.shape());
  }

  /** How many of the indices that stay are less than {@code index}. */
  static long keptBefore(int[] kept, long index) {
    long count = 0;
    for (int staying : kept) {
      count += staying < index ? 1 : 0;
    }
    return count;
  }
}
