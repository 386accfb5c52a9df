package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that only move elements: cut, join, turn and repeat. */
final class MovementKernels {
  private MovementKernels() {}

  static Map<String, Kernel> all() {
    return Map.ofEntries(
        Map.entry("Transpose", Kernel.of(MovementKernels::transpose)),
        Map.entry("Expand", Kernel.of(MovementKernels::expand)),
        Map.entry("Tile", Kernel.of(MovementKernels::tile)),
        Map.entry("Concat", Kernel.of(MovementKernels::concat)),
        Map.entry("Split", MovementKernels::split),
        Map.entry("Slice", Kernel.of(MovementKernels::slice)),
        Map.entry("Pad", Kernel.of(PadKernel::pad)),
        Map.entry("Trilu", Kernel.of(MovementKernels::trilu)),
        Map.entry("DepthToSpace", Kernel.of(MovementKernels::depthToSpace)),
        Map.entry("SpaceToDepth", Kernel.of(MovementKernels::spaceToDepth)));
  }

  private static Tensor transpose(Call call) {
    Tensor data = call.input(0);
    long[] reversed = new long[data.rank()];
    for (int axis = 0; axis < reversed.length; axis++) {
      reversed[axis] = reversed.length - 1L - axis;
    }
    long[] order = call.node().intsAttribute("perm", reversed);
    if (order.length != data.rank()
        || Arrays.stream(order).filter(axis -> axis >= 0 && axis < order.length).distinct().count()
            != order.length) {
      throw call.problem("perm " + Arrays.toString(order) + " does not fit " + data);
    }
    return transpose(call, data, order);
  }

  static Tensor transpose(Call call, Tensor data, long... order) {
    call.charge(data.shape());
    int[] strides = Elements.strides(data.shape());
    long[] shape = new long[order.length];
    int[] moved = new int[order.length];
    for (int axis = 0; axis < order.length; axis++) {
      shape[axis] = data.dimension((int) order[axis]);
      moved[axis] = strides[(int) order[axis]];
    }
    return Elements.pick(data, shape, Elements.map(shape, at -> Elements.flat(at, moved)));
  }

  private static Tensor expand(Call call) {
    Tensor data = call.input(0);
    long[] shape = Broadcast.shape(call, data.shape(), call.input(1).toLongs());
    call.charge(shape);
    return Elements.pick(data, shape, Broadcast.indices(data.shape(), shape));
  }

  private static Tensor tile(Call call) {
    Tensor data = call.input(0);
    long[] repeats = call.input(1).toLongs();
    if (repeats.length != data.rank()) {
      throw call.problem("repeats " + Arrays.toString(repeats) + " do not fit " + data);
    }
    long[] source = data.shape();
    long[] shape = source.clone();
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = Math.multiplyExact(shape[axis], repeats[axis]);
    }
    call.charge(shape);
    int[] strides = Elements.strides(source);
    return Elements.pick(
        data,
        shape,
        Elements.map(
            shape,
            at -> {
              int index = 0;
              for (int axis = 0; axis < strides.length; axis++) {
                index += (int) (at[axis] % source[axis]) * strides[axis];
              }
              return index;
            }));
  }

  private static Tensor concat(Call call) {
    List<Tensor> parts = call.allInputs();
    if (parts.isEmpty()) {
      throw call.problem("it has no inputs");
    }
    int axis = call.axis(call.node().intAttribute("axis", 0), parts.get(0).rank());
    return concat(call, parts, axis);
  }

  static Tensor concat(Call call, List<Tensor> parts, int axis) {
    Tensor first = parts.get(0);
    long length = 0;
    for (Tensor part : parts) {
      if (part.dataType() != first.dataType()
          || part.rank() != first.rank()
          || !Arrays.equals(
              Elements.with(part.shape(), axis, 0), Elements.with(first.shape(), axis, 0))) {
        throw call.problem("cannot join " + first + " and " + part + " on axis " + axis);
      }
      length += part.dimension(axis);
    }
    long[] shape = Elements.with(first.shape(), axis, length);
    int size = call.charge(shape);
    if (first.dataType() == io.nncf4j.core.tensor.DataType.STRING) {
      if (first.rank() != 1) {
        throw call.problem("strings are joined in one dimension only");
      }
      return Tensor.ofStrings(
          parts.stream().flatMap(part -> part.strings().stream()).toList(), shape);
    }
    java.nio.ByteBuffer joined = Tensor.allocate(first.dataType(), size);
    int inner = (int) Elements.product(shape, axis + 1, shape.length);
    int outer = (int) Elements.product(shape, 0, axis);
    int to = 0;
    for (int block = 0; block < outer; block++) {
      for (Tensor part : parts) {
        int run = (int) part.dimension(axis) * inner;
        for (int index = 0; index < run; index++) {
          Elements.copy(first.dataType(), part.data(), block * run + index, joined, to++);
        }
      }
    }
    return Tensor.of(first.dataType(), shape, joined);
  }

  private static List<Tensor> split(Call call) {
    Tensor data = call.input(0);
    int axis = call.axis(call.node().intAttribute("axis", 0), data.rank());
    long length = data.dimension(axis);
    int count = (int) call.node().intAttribute("num_outputs", call.node().outputs().size());
    if (count < 1 || count > Math.max(1, Math.max(length, call.node().outputs().size()))) {
      throw call.problem("cannot split an axis of " + length + " into " + count + " parts");
    }
    long[] equal = new long[count];
    long chunk = (length + equal.length - 1) / equal.length;
    for (int index = 0; index < equal.length; index++) {
      equal[index] = Math.max(0, Math.min(chunk, length - index * chunk));
    }
    long[] sizes = call.longs(1, equal);
    if (Arrays.stream(sizes).sum() != length || Arrays.stream(sizes).anyMatch(size -> size < 0)) {
      throw call.problem("parts " + Arrays.toString(sizes) + " do not add up to " + length);
    }
    List<Tensor> parts = new ArrayList<>();
    long start = 0;
    for (long size : sizes) {
      long[] starts = new long[data.rank()];
      long[] steps = new long[data.rank()];
      Arrays.fill(steps, 1);
      starts[axis] = start;
      parts.add(cut(call, data, starts, steps, Elements.with(data.shape(), axis, size)));
      start += size;
    }
    return parts;
  }

  private static Tensor slice(Call call) {
    Tensor data = call.input(0);
    long[] starts = call.input(1).toLongs();
    long[] ends = call.input(2).toLongs();
    long[] all = new long[starts.length];
    long[] ones = new long[starts.length];
    for (int index = 0; index < all.length; index++) {
      all[index] = index;
      ones[index] = 1;
    }
    long[] axes = call.longs(3, all);
    long[] givenSteps = call.longs(4, ones);
    if (ends.length != starts.length
        || axes.length != starts.length
        || givenSteps.length != starts.length) {
      throw call.problem("starts, ends, axes and steps have different lengths");
    }
    long[] shape = data.shape();
    long[] from = new long[shape.length];
    long[] steps = new long[shape.length];
    Arrays.fill(steps, 1);
    for (int index = 0; index < starts.length; index++) {
      int axis = call.axis(axes[index], shape.length);
      long length = data.dimension(axis);
      // No axis is longer than an int, so larger steps make no difference and cannot overflow.
      long step = Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, givenSteps[index]));
      if (step == 0) {
        throw call.problem("the step of axis " + axis + " is 0");
      }
      long last = step > 0 ? length : length - 1;
      long lowest = step > 0 ? 0 : -1;
      long start = bound(starts[index], length, 0, last);
      long end = bound(ends[index], length, lowest, last);
      from[axis] = start;
      steps[axis] = step;
      long distance = end - start;
      shape[axis] = Math.max(0, (distance + step - Long.signum(step)) / step);
    }
    return cut(call, data, from, steps, shape);
  }

  private static long bound(long position, long length, long low, long high) {
    long fromStart = position < 0 ? position + length : position;
    return Math.max(low, Math.min(high, fromStart));
  }

  private static Tensor cut(Call call, Tensor data, long[] starts, long[] steps, long[] shape) {
    call.charge(shape);
    int[] strides = Elements.strides(data.shape());
    return Elements.pick(
        data,
        shape,
        Elements.map(
            shape,
            at -> {
              int index = 0;
              for (int axis = 0; axis < strides.length; axis++) {
                index += (int) (starts[axis] + at[axis] * steps[axis]) * strides[axis];
              }
              return index;
            }));
  }

  private static Tensor trilu(Call call) {
    Tensor data = call.input(0);
    if (data.rank() < 2) {
      throw call.problem("its input must have at least two dimensions, found " + data);
    }
    boolean upper = call.node().intAttribute("upper", 1) != 0;
    long diagonal = call.optional(1) == null ? 0 : call.scalarLong(1);
    long[] shape = data.shape();
    call.charge(shape);
    int[] strides = Elements.strides(shape);
    return Elements.pick(
        data,
        shape,
        Elements.map(
            shape,
            at -> {
              // Saturating difference: the diagonal may be any long.
              long offset = at[shape.length - 1] - at[shape.length - 2];
              boolean kept = upper ? offset >= diagonal : offset <= diagonal;
              return kept ? Elements.flat(at, strides) : -1;
            }));
  }

  private static Tensor depthToSpace(Call call) {
    Tensor data = call.input(0);
    long block = call.node().intAttribute("blocksize", 1);
    long[] s = checkedImage(call, data);
    if (block < 1 || s[1] % (block * block) != 0) {
      throw call.problem("block size " + block + " does not fit " + data);
    }
    long depth = s[1] / (block * block);
    boolean columnRowDepth = call.node().stringAttribute("mode", "DCR").equals("CRD");
    Tensor split =
        columnRowDepth
            ? data.reshape(s[0], depth, block, block, s[2], s[3])
            : data.reshape(s[0], block, block, depth, s[2], s[3]);
    Tensor turned =
        columnRowDepth
            ? transpose(call, split, 0, 1, 4, 2, 5, 3)
            : transpose(call, split, 0, 3, 4, 1, 5, 2);
    return turned.reshape(s[0], depth, s[2] * block, s[3] * block);
  }

  private static Tensor spaceToDepth(Call call) {
    Tensor data = call.input(0);
    long block = call.node().intAttribute("blocksize", 1);
    long[] s = checkedImage(call, data);
    if (block < 1 || s[2] % block != 0 || s[3] % block != 0) {
      throw call.problem("block size " + block + " does not fit " + data);
    }
    Tensor split = data.reshape(s[0], s[1], s[2] / block, block, s[3] / block, block);
    return transpose(call, split, 0, 3, 5, 1, 2, 4)
        .reshape(s[0], s[1] * block * block, s[2] / block, s[3] / block);
  }

  private static long[] checkedImage(Call call, Tensor data) {
    if (data.rank() != 4) {
      throw call.problem("its input must have four dimensions, found " + data);
    }
    return data.shape();
  }
}
