package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Blocks of a picture as a batch, and back. Old versions of TensorFlow wrote them around a
 * convolution with dilation; there they go away, see {@link Dilation}.
 */
final class BlockRules {
  private BlockRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("SpaceToBatchND", BlockRules::toBatch);
    rules.put("BatchToSpaceND", BlockRules::toSpace);
  }

  /** What both take: lengths of a block, and two numbers for each of their axes. */
  private record Blocks(long[] lengths, long[] margins) {
    static Blocks of(NodeContext node) {
      Blocks blocks = new Blocks(node.integers(1), node.integers(2));
      boolean fits = blocks.margins.length == 2 * blocks.lengths.length;
      for (long length : blocks.lengths) {
        fits &= length > 0;
      }
      if (!fits || blocks.lengths.length == 0) {
        throw new InexpressibleNodeException("its blocks have no length, or other margins");
      }
      return blocks;
    }

    int count() {
      return lengths.length;
    }

    long all() {
      long all = 1;
      for (long length : lengths) {
        all = Math.multiplyExact(all, length);
      }
      return all;
    }
  }

  private static void toBatch(NodeContext node) {
    Blocks blocks = Blocks.of(node);
    NodeDefinition convolution = Dilation.convolution(node);
    Dilation dilation =
        convolution == null
            ? null
            : Dilation.of(node.translation(), convolution, blocks.lengths, blocks.margins);
    if (convolution != null && dilation != null && node.rank(node.input(0).value()) == 4) {
      node.translation().dilate(convolution.name(), dilation);
      node.result(node.input(0));
      return;
    }
    String input = node.plain(0);
    int rank = node.rank(input);
    requireRank(blocks, rank);
    long[] pads = new long[2 * rank];
    for (int axis = 0; axis < blocks.count(); axis++) {
      pads[axis + 1] = blocks.margins[2 * axis];
      pads[axis + 1 + rank] = blocks.margins[2 * axis + 1];
    }
    String padded = node.emit("Pad", input, node.ints(pads));
    String shape = node.emit("Shape", padded);
    // [N, H, W, C] -> [N, H/b, b, W/b, b, C] -> [b, b, N, H/b, W/b, C] -> [N b b, H/b, W/b, C]
    List<String> split = new ArrayList<>(List.of(part(node, shape, 0, 1)));
    List<String> joined = new ArrayList<>(List.of(node.ints(-1)));
    List<Long> order = new ArrayList<>();
    for (int axis = 0; axis < blocks.count(); axis++) {
      String block = node.ints(blocks.lengths[axis]);
      String length = node.emit("Div", part(node, shape, axis + 1, axis + 2), block);
      split.add(length);
      split.add(block);
      joined.add(length);
      order.add(2L * axis + 2);
    }
    order.add(0L);
    for (int axis = 0; axis < blocks.count(); axis++) {
      order.add(2L * axis + 1);
    }
    rest(node, blocks, rank, shape, split, joined, order);
    String wide = node.emit("Reshape", padded, concat(node, split));
    String turned = node.emit("Transpose", Attributes.NONE.with("perm", array(order)), wide);
    node.plainResult(node.last("Reshape", turned, concat(node, joined)));
  }

  private static void toSpace(NodeContext node) {
    if (Dilation.isDone(node)) {
      node.result(node.input(0));
      return;
    }
    Blocks blocks = Blocks.of(node);
    String input = node.plain(0);
    int rank = node.rank(input);
    requireRank(blocks, rank);
    String shape = node.emit("Shape", input);
    String batch = node.emit("Div", part(node, shape, 0, 1), node.ints(blocks.all()));
    // [N b b, H, W, C] -> [b, b, N, H, W, C] -> [N, H, b, W, b, C] -> [N, H b, W b, C]
    List<String> split = new ArrayList<>();
    List<String> joined = new ArrayList<>(List.of(batch));
    List<Long> order = new ArrayList<>(List.of((long) blocks.count()));
    for (int axis = 0; axis < blocks.count(); axis++) {
      split.add(node.ints(blocks.lengths[axis]));
    }
    split.add(batch);
    for (int axis = 0; axis < blocks.count(); axis++) {
      String length = part(node, shape, axis + 1, axis + 2);
      split.add(length);
      joined.add(node.emit("Mul", length, node.ints(blocks.lengths[axis])));
      order.add(blocks.count() + 1L + axis);
      order.add((long) axis);
    }
    rest(node, blocks, rank, shape, split, joined, order);
    String wide = node.emit("Reshape", input, concat(node, split));
    String turned = node.emit("Transpose", Attributes.NONE.with("perm", array(order)), wide);
    String whole = node.emit("Reshape", turned, concat(node, joined));
    long[] starts = new long[blocks.count()];
    long[] ends = new long[blocks.count()];
    long[] axes = new long[blocks.count()];
    for (int axis = 0; axis < blocks.count(); axis++) {
      long cropped = blocks.margins[2 * axis + 1];
      starts[axis] = blocks.margins[2 * axis];
      ends[axis] = cropped == 0 ? Long.MAX_VALUE : -cropped;
      axes[axis] = axis + 1L;
    }
    node.plainResult(
        node.last("Slice", whole, node.ints(starts), node.ints(ends), node.ints(axes)));
  }

  private static void requireRank(Blocks blocks, int rank) {
    if (rank < blocks.count() + 1) {
      throw new InexpressibleNodeException(
          "it moves " + blocks.count() + " of " + rank + " axes into the batch");
    }
  }

  /** The axes behind those with blocks stay as they are. */
  private static void rest(
      NodeContext node,
      Blocks blocks,
      int rank,
      String shape,
      List<String> split,
      List<String> joined,
      List<Long> order) {
    if (rank > blocks.count() + 1) {
      String last = part(node, shape, blocks.count() + 1, rank);
      split.add(last);
      joined.add(last);
    }
    for (int axis = blocks.count() + 1; axis < rank; axis++) {
      order.add((long) axis + blocks.count());
    }
  }

  private static String part(NodeContext node, String shape, int from, int to) {
    return node.emit("Slice", shape, node.ints(from), node.ints(to), node.ints(0));
  }

  private static String concat(NodeContext node, List<String> parts) {
    return node.cast(
        node.emit("Concat", Attributes.NONE.with("axis", 0L), parts.toArray(new String[0])),
        DataType.INT64);
  }

  private static long[] array(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
