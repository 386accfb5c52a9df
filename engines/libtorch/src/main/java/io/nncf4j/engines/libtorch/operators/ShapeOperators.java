package io.nncf4j.engines.libtorch.operators;

import static io.nncf4j.engines.libtorch.operators.Operations.scoped;

import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What moves elements without computing with them. */
final class ShapeOperators {
  private ShapeOperators() {}

  static void addTo(OperatorTable table) {
    table.add("Shape", ShapeOperators::shape);
    table.add(
        "Size",
        context -> a -> a.setHost(0, io.nncf4j.core.tensor.Tensor.scalar(a.tensor(0).numel())));
    table.add("Reshape", ShapeOperators::reshape);
    table.add("Flatten", ShapeOperators::flatten);
    table.add("Transpose", ShapeOperators::transpose);
    table.add("Squeeze", ShapeOperators::squeeze);
    table.add("Unsqueeze", ShapeOperators::unsqueeze);
    table.add("Concat", ShapeOperators::concat);
    table.add("Split", ShapeOperators::split);
    table.add("Slice", context -> scoped(ShapeOperators::slice));
    table.add("Pad", ShapeOperators::pad);
    table.add("Expand", context -> scoped(ShapeOperators::expand));
    table.add("Tile", context -> a -> a.set(torch.tile(a.tensor(0), a.longs(1))));
    table.add("DepthToSpace", ShapeOperators::depthToSpace);
    table.add("SpaceToDepth", ShapeOperators::spaceToDepth);
    table.add("Range", context -> scoped(ShapeOperators::range));
    table.add("ConstantOfShape", ShapeOperators::constantOfShape);
    table.add("EyeLike", ShapeOperators::eyeLike);
    table.add("CenterCropPad", ShapeOperators::centerCropPad);
  }

  private static Operation shape(NodeContext context) {
    long start = context.node().intAttribute("start", 0);
    long end = context.node().intAttribute("end", Long.MAX_VALUE);
    return a -> {
      long[] shape = TensorExchange.shape(a.tensor(0));
      int from = bounded(start, shape.length);
      int to = Math.max(from, bounded(end, shape.length));
      a.setHost(0, io.nncf4j.core.tensor.Tensor.vector(Arrays.copyOfRange(shape, from, to)));
    };
  }

  private static int bounded(long position, int length) {
    long fromFront = position < 0 ? position + length : position;
    return (int) Math.min(Math.max(fromFront, 0), length);
  }

  private static Operation reshape(NodeContext context) {
    boolean zeroIsZero = context.node().intAttribute("allowzero", 0) != 0;
    return a -> {
      Tensor input = a.tensor(0);
      long[] target = a.longs(1);
      for (int axis = 0; axis < target.length; axis++) {
        if (target[axis] == 0 && !zeroIsZero) {
          target[axis] = input.size(axis);
        }
      }
      a.set(torch.reshape(input, target));
    };
  }

  private static Operation flatten(NodeContext context) {
    long axis = context.node().intAttribute("axis", 1);
    return a -> {
      long[] shape = TensorExchange.shape(a.tensor(0));
      int cut = Operations.axis(axis, shape.length);
      long rows = 1;
      for (int index = 0; index < cut; index++) {
        rows *= shape[index];
      }
      long columns = 1;
      for (int index = cut; index < shape.length; index++) {
        columns *= shape[index];
      }
      a.set(torch.reshape(a.tensor(0), rows, columns));
    };
  }

  private static Operation transpose(NodeContext context) {
    long[] given = context.node().intsAttributeOrNull("perm");
    return a -> {
      Tensor input = a.tensor(0);
      long rank = input.dim();
      long[] order =
          given != null ? given : LongStream.range(0, rank).map(i -> rank - 1 - i).toArray();
      a.set(torch.permute(input, order));
    };
  }

  private static Operation squeeze(NodeContext context) {
    long[] attribute = context.node().intsAttribute("axes");
    return a -> {
      long[] axes = a.has(1) ? a.longs(1) : attribute;
      a.set(axes.length == 0 ? torch.squeeze(a.tensor(0)) : torch.squeeze(a.tensor(0), axes));
    };
  }

  private static Operation unsqueeze(NodeContext context) {
    long[] attribute = context.node().intsAttribute("axes");
    return a -> {
      Tensor input = a.tensor(0);
      long[] axes = a.has(1) ? a.longs(1) : attribute;
      int rank = (int) input.dim() + axes.length;
      boolean[] isNew = new boolean[rank];
      for (long axis : axes) {
        isNew[Operations.axis(axis, rank)] = true;
      }
      long[] target = new long[rank];
      int from = 0;
      for (int axis = 0; axis < rank; axis++) {
        target[axis] = isNew[axis] ? 1 : input.size(from++);
      }
      a.set(torch.reshape(input, target));
    };
  }

  private static Operation concat(NodeContext context) {
    long axis = context.node().intAttribute("axis", 0);
    return a -> {
      try (TensorVector parts = new TensorVector()) {
        for (int index = 0; index < a.inputCount(); index++) {
          parts.push_back(a.tensor(index));
        }
        a.set(torch.cat(parts, axis));
      }
    };
  }

  private static Operation split(NodeContext context) {
    Node node = context.node();
    long axis = node.intAttribute("axis", 0);
    long[] attribute = node.intsAttribute("split");
    return a -> {
      Tensor input = a.tensor(0);
      long[] sizes = a.has(1) ? a.longs(1) : attribute;
      if (sizes.length == 0) {
        sizes = evenly(input.size(axis), a.outputCount());
      }
      long start = 0;
      for (int index = 0; index < sizes.length; index++) {
        if (a.wants(index)) {
          a.set(index, torch.narrow(input, axis, start, sizes[index]));
        }
        start += sizes[index];
      }
    };
  }

  /** Equal parts, rounded up; the last one takes what is left. */
  private static long[] evenly(long size, int parts) {
    long[] sizes = new long[parts];
    long chunk = (size + parts - 1) / parts;
    Arrays.fill(sizes, chunk);
    sizes[parts - 1] = size - chunk * (parts - 1);
    return sizes;
  }

  private static Tensor slice(Arguments a) {
    Tensor result = a.tensor(0);
    int rank = (int) result.dim();
    long[] starts = a.longs(1);
    long[] ends = a.longs(2);
    long[] axes = a.longs(3, LongStream.range(0, starts.length).toArray());
    long[] steps = a.has(4) ? a.longs(4) : ConvolutionOperators.ones(starts.length);
    for (int index = 0; index < starts.length; index++) {
      int axis = Operations.axis(axes[index], rank);
      result = slice(result, axis, starts[index], ends[index], steps[index]);
    }
    return result;
  }

  private static Tensor slice(Tensor input, int axis, long start, long end, long step) {
    long size = input.size(axis);
    if (step > 0) {
      return torch.slice(
          input,
          axis,
          new LongOptional(clamp(start, size, 0, size)),
          new LongOptional(clamp(end, size, 0, size)),
          step);
    }
    // Backwards: the same elements picked forwards from the turned axis.
    long first = clamp(start, size, -1, size - 1);
    long stop = clamp(end, size, -1, size - 1);
    return torch.slice(
        torch.flip(input, axis),
        axis,
        new LongOptional(size - 1 - first),
        new LongOptional(size - 1 - stop),
        -step);
  }

  private static long clamp(long position, long size, long low, long high) {
    long fromFront = position < 0 ? position + size : position;
    return Math.min(Math.max(fromFront, low), high);
  }

  private static Operation pad(NodeContext context) {
    String mode = context.node().stringAttribute("mode", "constant");
    long[] attribute = context.node().intsAttribute("pads");
    return scoped(
        a -> {
          Tensor input = a.tensor(0);
          int rank = (int) input.dim();
          long[] given = a.has(1) ? a.longs(1) : attribute;
          long[] pads = given;
          if (a.has(3)) {
            long[] axes = a.longs(3);
            pads = new long[2 * rank];
            for (int index = 0; index < axes.length; index++) {
              int axis = Operations.axis(axes[index], rank);
              pads[axis] = given[index];
              pads[axis + rank] = given[index + axes.length];
            }
          }
          return mode.equals("constant")
              ? padConstant(input, pads, a.number(2, 0))
              : padByIndex(input, pads, mode);
        });
  }

  private static Tensor padConstant(Tensor input, long[] pads, double value) {
    if (TensorExchange.scalarType(input) == ScalarType.Bool) {
      Tensor bytes = input.to(ScalarType.Byte);
      return torch
          .constant_pad_nd(bytes, Padding.reversed(pads), new Scalar((long) value))
          .to(ScalarType.Bool);
    }
    return torch.constant_pad_nd(
        input,
        Padding.reversed(pads),
        input.is_floating_point() ? new Scalar(value) : new Scalar((long) value));
  }

  /** Edge, reflection and wrapping of any axes: each picks existing elements by index. */
  private static Tensor padByIndex(Tensor input, long[] pads, String mode) {
    int rank = (int) input.dim();
    Tensor result = input;
    for (int axis = 0; axis < rank; axis++) {
      long before = pads[axis];
      long after = pads[axis + rank];
      if (before == 0 && after == 0) {
        continue;
      }
      long size = input.size(axis);
      long[] indices = new long[(int) (before + size + after)];
      for (int position = 0; position < indices.length; position++) {
        indices[position] = source(position - before, size, mode);
      }
      result = torch.index_select(result, axis, Operations.longs(indices));
    }
    return result;
  }

  private static long source(long position, long size, String mode) {
    return switch (mode) {
      case "edge" -> Math.min(Math.max(position, 0), size - 1);
      case "wrap" -> Math.floorMod(position, size);
      case "reflect" -> {
        long period = Math.max(1, 2 * (size - 1));
        long within = Math.floorMod(position, period);
        yield within < size ? within : period - within;
      }
      default -> throw new UnsupportedNode("padding of mode \"" + mode + "\"");
    };
  }

  private static Tensor expand(Arguments a) {
    Tensor input = a.tensor(0);
    long[] target = a.longs(1);
    int rank = Math.max(target.length, (int) input.dim());
    long[] shape = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      int own = axis - rank + (int) input.dim();
      int asked = axis - rank + target.length;
      long ownSize = own < 0 ? 1 : input.size(own);
      long askedSize = asked < 0 ? 1 : target[asked];
      shape[axis] = ownSize == 1 ? askedSize : ownSize;
    }
    return input.expand(shape);
  }

  private static Operation depthToSpace(NodeContext context) {
    long block = context.node().intAttribute("blocksize", 1);
    boolean columnRow = context.node().stringAttribute("mode", "DCR").equals("CRD");
    return scoped(
        a -> {
          Tensor x = a.tensor(0);
          if (columnRow) {
            return torch.pixel_shuffle(x, block);
          }
          long n = x.size(0);
          long c = x.size(1) / (block * block);
          long h = x.size(2);
          long w = x.size(3);
          Tensor parts = torch.reshape(x, n, block, block, c, h, w);
          Tensor turned = torch.permute(parts, 0, 3, 4, 1, 5, 2);
          return torch.reshape(turned, n, c, h * block, w * block);
        });
  }

  private static Operation spaceToDepth(NodeContext context) {
    long block = context.node().intAttribute("blocksize", 1);
    return scoped(
        a -> {
          Tensor x = a.tensor(0);
          long n = x.size(0);
          long c = x.size(1);
          long h = x.size(2) / block;
          long w = x.size(3) / block;
          Tensor parts = torch.reshape(x, n, c, h, block, w, block);
          Tensor turned = torch.permute(parts, 0, 3, 5, 1, 2, 4);
          return torch.reshape(turned, n, c * block * block, h, w);
        });
  }

  private static Tensor range(Arguments a) {
    var start = a.host(0);
    var limit = a.host(1);
    var delta = a.host(2);
    int count =
        (int) Math.max(0, Math.ceil((limit.doubleAt(0) - start.doubleAt(0)) / delta.doubleAt(0)));
    double[] values = new double[count];
    for (int index = 0; index < count; index++) {
      values[index] = start.doubleAt(0) + index * delta.doubleAt(0);
    }
    return TensorExchange.copyToTorch(
        io.nncf4j.core.tensor.Tensor.ofDoubles(start.dataType(), values, count));
  }

  private static Operation constantOfShape(NodeContext context) {
    var value = context.node().tensorAttribute("value");
    var filling = value == null ? io.nncf4j.core.tensor.Tensor.scalar(0f) : value.reshape();
    return scoped(a -> TensorExchange.copyToTorch(filling).expand(a.longs(0)).clone());
  }

  private static Operation eyeLike(NodeContext context) {
    Node node = context.node();
    long offset = node.intAttribute("k", 0);
    long code = node.intAttribute("dtype", 0);
    return scoped(
        a -> {
          Tensor like = a.tensor(0);
          ScalarType type =
              code == 0
                  ? TensorExchange.scalarType(like)
                  : TensorExchange.scalarType(OnnxTypes.dataType(code));
          Tensor ones = torch.ones_like(like).to(ScalarType.Float);
          Tensor upper = torch.triu(ones, offset);
          return torch.tril(upper, offset).to(type);
        });
  }

  private static Operation centerCropPad(NodeContext context) {
    long[] attribute = context.node().intsAttributeOrNull("axes");
    return scoped(
        a -> {
          Tensor result = a.tensor(0);
          int rank = (int) result.dim();
          long[] target = a.longs(1);
          long[] axes = attribute != null ? attribute : LongStream.range(0, rank).toArray();
          List<Long> pads = new ArrayList<>();
          long[] padding = new long[2 * rank];
          for (int index = 0; index < axes.length; index++) {
            int axis = Operations.axis(axes[index], rank);
            long difference = target[index] - result.size(axis);
            if (difference < 0) {
              result = torch.narrow(result, axis, -difference / 2, target[index]);
            } else {
              padding[axis] = difference / 2;
              padding[axis + rank] = difference - difference / 2;
            }
            pads.add(difference);
          }
          return padConstant(result, padding, 0);
        });
  }

  static DoubleOptional none() {
    return new DoubleOptional();
  }
}
