package io.nncf4j.engines.libtorch.operators;

import static io.nncf4j.engines.libtorch.operators.Operations.scoped;

import io.nncf4j.core.graph.Node;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Elements chosen or replaced by index. */
final class IndexingOperators {
  private IndexingOperators() {}

  static void addTo(OperatorTable table) {
    table.add("Gather", IndexingOperators::gather);
    table.add("GatherElements", IndexingOperators::gatherElements);
    table.add("GatherND", IndexingOperators::gatherVectors);
    table.add("ScatterElements", IndexingOperators::scatterElements);
    table.add("Scatter", IndexingOperators::scatterElements);
    table.add("ScatterND", IndexingOperators::scatterVectors);
    table.add("OneHot", IndexingOperators::oneHot);
    table.add("NonZero", context -> scoped(IndexingOperators::nonZero));
    table.add("Compress", IndexingOperators::compress);
    table.add("TensorScatter", IndexingOperators::cacheUpdate);
  }

  /** Indices counted from the front, 64 bits. */
  private static Tensor fromFront(Tensor indices, long size) {
    Tensor wide = indices.to(ScalarType.Long);
    Tensor shifted = torch.add(wide, new Scalar(size));
    return torch.where(torch.lt(wide, new Scalar(0L)), shifted, wide);
  }

  private static Operation gather(NodeContext context) {
    long axis = context.node().intAttribute("axis", 0);
    return scoped(
        a -> {
          Tensor data = a.tensor(0);
          long[] shape = TensorExchange.shape(data);
          int along = Operations.axis(axis, shape.length);
          Tensor indices = fromFront(a.tensor(1), shape[along]);
          long[] indexShape = TensorExchange.shape(indices);
          Tensor picked = torch.index_select(data, along, torch.reshape(indices, indices.numel()));
          long[] result = new long[shape.length - 1 + indexShape.length];
          System.arraycopy(shape, 0, result, 0, along);
          System.arraycopy(indexShape, 0, result, along, indexShape.length);
          System.arraycopy(
              shape, along + 1, result, along + indexShape.length, shape.length - along - 1);
          return torch.reshape(picked, result);
        });
  }

  private static Operation gatherElements(NodeContext context) {
    long axis = context.node().intAttribute("axis", 0);
    return scoped(
        a -> {
          Tensor data = a.tensor(0);
          return torch.gather(data, axis, fromFront(a.tensor(1), data.size(axis)));
        });
  }

  /** Tuples of indices made into positions in a tensor whose first axes are joined. */
  private static Tensor flatPositions(Tensor indices, long[] sizes) {
    long stride = 1;
    Tensor positions = null;
    long last = indices.dim() - 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      Tensor column = fromFront(torch.select(indices, last, axis), sizes[axis]);
      Tensor scaled = torch.mul(column, new Scalar(stride));
      positions = positions == null ? scaled : torch.add(positions, scaled);
      stride *= sizes[axis];
    }
    return java.util.Objects.requireNonNull(positions);
  }

  private static Operation gatherVectors(NodeContext context) {
    int batch = (int) context.node().intAttribute("batch_dims", 0);
    return scoped(
        a -> {
          Tensor data = a.tensor(0);
          Tensor indices = a.tensor(1);
          long[] shape = TensorExchange.shape(data);
          long[] indexShape = TensorExchange.shape(indices);
          int depth = (int) indexShape[indexShape.length - 1];
          long batches = product(shape, 0, batch);
          long addressed = product(shape, batch, batch + depth);
          long rest = product(shape, batch + depth, shape.length);
          Tensor positions =
              torch.reshape(
                  flatPositions(indices, Arrays.copyOfRange(shape, batch, batch + depth)),
                  batches,
                  -1);
          if (batch > 0) {
            Tensor offsets = torch.mul(torch.arange(new Scalar(batches)), new Scalar(addressed));
            positions = torch.add(positions, torch.reshape(offsets, batches, 1));
          }
          Tensor rows = torch.reshape(data, batches * addressed, rest);
          Tensor picked = torch.index_select(rows, 0, torch.reshape(positions, positions.numel()));
          long[] result = new long[indexShape.length - 1 + shape.length - batch - depth];
          System.arraycopy(indexShape, 0, result, 0, indexShape.length - 1);
          System.arraycopy(
              shape, batch + depth, result, indexShape.length - 1, shape.length - batch - depth);
          return torch.reshape(picked, result);
        });
  }

  private static long product(long[] sizes, int from, int to) {
    long product = 1;
    for (int index = from; index < to; index++) {
      product *= sizes[index];
    }
    return product;
  }

  private static Operation scatterElements(NodeContext context) {
    Node node = context.node();
    long axis = node.intAttribute("axis", 0);
    String reduction = node.stringAttribute("reduction", "none");
    return scoped(
        a -> {
          Tensor data = a.tensor(0);
          Tensor indices = fromFront(a.tensor(1), data.size(axis));
          return scatter(data, axis, indices, a.tensor(2), reduction);
        });
  }

  private static Tensor scatter(
      Tensor data, long axis, Tensor indices, Tensor updates, String reduction) {
    return switch (reduction) {
      case "none" -> torch.scatter(data, axis, indices, updates);
      case "add" -> torch.scatter_add(data, axis, indices, updates);
      case "mul" -> torch.scatter_reduce(data, axis, indices, updates, "prod", true);
      case "max" -> torch.scatter_reduce(data, axis, indices, updates, "amax", true);
      case "min" -> torch.scatter_reduce(data, axis, indices, updates, "amin", true);
      default -> throw new UnsupportedNode("reduction \"" + reduction + "\"");
    };
  }

  private static Operation scatterVectors(NodeContext context) {
    String reduction = context.node().stringAttribute("reduction", "none");
    return scoped(
        a -> {
          Tensor data = a.tensor(0);
          Tensor indices = a.tensor(1);
          long[] shape = TensorExchange.shape(data);
          int depth = (int) indices.size(-1);
          long addressed = product(shape, 0, depth);
          long rest = product(shape, depth, shape.length);
          Tensor positions =
              torch.reshape(flatPositions(indices, Arrays.copyOf(shape, depth)), -1, 1);
          Tensor rows = torch.reshape(data, addressed, rest);
          Tensor updates = torch.reshape(a.tensor(2), positions.numel(), rest);
          Tensor spread = positions.expand(positions.size(0), rest);
          return torch.reshape(scatter(rows, 0, spread, updates, reduction), shape);
        });
  }

  private static Operation oneHot(NodeContext context) {
    long axis = context.node().intAttribute("axis", -1);
    return scoped(
        a -> {
          long depth = (long) a.number(1, 0);
          Tensor indices = fromFront(a.tensor(0), depth);
          long rank = indices.dim() + 1;
          int along = Operations.axis(axis, rank);
          Tensor classes = torch.arange(new Scalar(depth));
          long[] shape = new long[(int) rank];
          Arrays.fill(shape, 1);
          shape[along] = depth;
          Tensor hit = torch.eq(torch.unsqueeze(indices, along), torch.reshape(classes, shape));
          Tensor values = a.tensor(2);
          return torch.where(hit, torch.select(values, 0, 1), torch.select(values, 0, 0));
        });
  }

  private static Tensor nonZero(Arguments a) {
    Tensor input = a.tensor(0);
    return torch.transpose(torch.nonzero(input), 0, 1).contiguous();
  }

  private static Operation compress(NodeContext context) {
    var axis = context.node().attributes().get("axis");
    long along = context.node().intAttribute("axis", 0);
    return scoped(
        a -> {
          Tensor input = axis == null ? torch.reshape(a.tensor(0), -1) : a.tensor(0);
          Tensor chosen = torch.nonzero(a.tensor(1));
          return torch.index_select(input, along, torch.reshape(chosen, -1));
        });
  }

  /** Writes an update into a cache from a position for each sample, turning around if asked. */
  private static Operation cacheUpdate(NodeContext context) {
    long axis = context.node().intAttribute("axis", -2);
    boolean circular = context.node().stringAttribute("mode", "linear").equals("circular");
    return scoped(
        a -> {
          Tensor cache = a.tensor(0);
          Tensor update = a.tensor(1);
          int along = Operations.axis(axis, cache.dim());
          Tensor steps = torch.arange(new Scalar(update.size(along)));
          long[] shape = new long[(int) cache.dim()];
          Arrays.fill(shape, 1);
          shape[along] = update.size(along);
          Tensor positions = torch.reshape(steps, shape);
          if (a.has(2)) {
            long[] perSample = new long[(int) cache.dim()];
            Arrays.fill(perSample, 1);
            perSample[0] = cache.size(0);
            positions =
                torch.add(positions, torch.reshape(a.tensor(2).to(ScalarType.Long), perSample));
          }
          if (circular) {
            positions = torch.remainder(positions, new Scalar(cache.size(along)));
          }
          return torch.scatter(cache, along, positions.expand_as(update), update);
        });
  }
}
