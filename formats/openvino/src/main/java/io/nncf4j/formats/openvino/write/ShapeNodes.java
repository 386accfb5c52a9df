package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Moving elements without changing them, by shape. */
final class ShapeNodes {
  private ShapeNodes() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("Reshape", ShapeNodes::reshape);
    rules.put("Flatten", ShapeNodes::flatten);
    rules.put("Squeeze", ShapeNodes::squeeze);
    rules.put(
        "Unsqueeze", node -> node.finish("Unsqueeze", 1, Map.of(), node.input(0), node.input(1)));
    rules.put("Transpose", ShapeNodes::transpose);
    rules.put("Concat", ShapeNodes::concat);
    rules.put("Split", ShapeNodes::split);
    rules.put("Shape", ShapeNodes::shape);
    rules.put("Size", ShapeNodes::size);
    rules.put("Expand", node -> broadcast(node, "bidirectional", node.input(0), node.input(1)));
    rules.put("ConstantOfShape", ShapeNodes::constantOfShape);
    rules.put("Tile", node -> node.finish("Tile", 1, Map.of(), node.input(0), node.input(1)));
    rules.put("Pad", ShapeNodes::pad);
    rules.put("Range", ShapeNodes::range);
    rules.put("DepthToSpace", ShapeNodes::depthToSpace);
    rules.put("SpaceToDepth", ShapeNodes::spaceToDepth);
    rules.put("Resize", ResizeNode::encode);
  }

  private static void reshape(NodeContext node) {
    boolean copies = node.node().intAttribute("allowzero", 0) == 0;
    node.finish(
        "Reshape",
        1,
        Map.of("special_zero", NodeContext.flag(copies)),
        node.input(0),
        node.input(1));
  }

  private static void flatten(NodeContext node) {
    int rank = node.rank(0);
    long wished = node.node().intAttribute("axis", 1);
    int axis = (int) (wished < 0 ? wished + rank : wished);
    long[] target;
    if (axis == 0) {
      target = new long[] {1, -1};
    } else if (axis == 1) {
      target = new long[] {0, -1};
    } else {
      long[] lengths = new long[rank - axis];
      for (int at = axis; at < rank; at++) {
        lengths[at - axis] = node.shape(0).get(at).lengthOrMinusOne();
      }
      if (Arrays.stream(lengths).anyMatch(length -> length < 1)) {
        throw new InexpressibleNodeException("it joins lengths that are not known");
      }
      target = new long[] {-1, Arrays.stream(lengths).reduce(1, Math::multiplyExact)};
    }
    node.finish("Reshape", 1, Map.of("special_zero", "true"), node.input(0), node.ints(target));
  }

  private static void squeeze(NodeContext node) {
    if (node.hasInput(1)) {
      node.finish("Squeeze", 1, Map.of(), node.input(0), node.input(1));
    } else {
      node.finish("Squeeze", 1, Map.of(), node.input(0));
    }
  }

  private static void transpose(NodeContext node) {
    long[] order = node.node().intsAttributeOrNull("perm");
    if (order == null) {
      int rank = node.rank(0);
      order = new long[rank];
      for (int axis = 0; axis < rank; axis++) {
        order[axis] = rank - 1 - axis;
      }
    }
    node.finish("Transpose", 1, Map.of(), node.input(0), node.ints(order));
  }

  private static void concat(NodeContext node) {
    node.finish(
        "Concat",
        1,
        Map.of("axis", Long.toString(node.node().intAttribute("axis", 0))),
        node.inputs());
  }

  private static void split(NodeContext node) {
    int axis = node.axis("axis", 0, node.rank(0));
    int parts = node.node().outputs().size();
    if (node.hasInput(1)) {
      node.finishAll(
          "VariadicSplit",
          1,
          Map.of(),
          parts,
          List.of(node.input(0), node.integer(axis), node.input(1)));
      return;
    }
    long length = node.shape(0).get(axis).lengthOrMinusOne();
    if (length >= 0 && length % parts != 0) {
      long each = (length + parts - 1) / parts;
      long[] lengths = new long[parts];
      Arrays.fill(lengths, each);
      lengths[parts - 1] = length - each * (parts - 1);
      node.finishAll(
          "VariadicSplit",
          1,
          Map.of(),
          parts,
          List.of(node.input(0), node.integer(axis), node.ints(lengths)));
      return;
    }
    node.finishAll(
        "Split",
        1,
        Map.of("num_splits", Integer.toString(parts)),
        parts,
        List.of(node.input(0), node.integer(axis)));
  }

  private static void shape(NodeContext node) {
    int rank = node.rank(0);
    long start = clamp(node.node().intAttribute("start", 0), rank);
    long end = clamp(node.node().intAttribute("end", rank), rank);
    if (start == 0 && end == rank) {
      node.finish("ShapeOf", 3, Map.of("output_type", "i64"), node.input(0));
      return;
    }
    node.finish(
        "Slice",
        8,
        Map.of(),
        node.shapeOf(node.input(0)),
        node.ints(start),
        node.ints(Math.max(start, end)),
        node.ints(1),
        node.ints(0));
  }

  private static long clamp(long axis, int rank) {
    return Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
  }

  private static void size(NodeContext node) {
    node.finish(
        "ReduceProd", 1, Map.of("keep_dims", "false"), node.shapeOf(node.input(0)), node.ints(0));
  }

  private static void broadcast(NodeContext node, String mode, Out value, Out shape) {
    node.finish("Broadcast", 3, Map.of("mode", mode), value, shape);
  }

  private static void constantOfShape(NodeContext node) {
    Tensor value = node.node().tensorAttribute("value");
    Out scalar = value == null ? node.scalar(DataType.FLOAT32, 0) : node.constant(value.reshape());
    broadcast(node, "numpy", scalar, node.input(0));
  }

  private static void pad(NodeContext node) {
    String mode = node.node().stringAttribute("mode", "constant");
    if (mode.equals("wrap")) {
      throw new InexpressibleNodeException("it pads by wrapping around");
    }
    int rank = node.rank(0);
    Tensor known = node.constantOrNull(1);
    Tensor axes = node.constantOrNull(3);
    if (node.hasInput(3) && (axes == null || known == null)) {
      throw new InexpressibleNodeException("its axes are computed while running");
    }
    List<Out> read = new ArrayList<>(List.of(node.input(0)));
    if (known == null) {
      TensorType half = TensorType.of(DataType.INT64, rank);
      read.addAll(
          node.emitAll(
              "Split",
              1,
              Map.of("num_splits", "2"),
              List.of(half, half),
              node.input(1),
              node.integer(0)));
    } else {
      long[][] pads = pads(known.toLongs(), axes, rank);
      read.add(node.ints(pads[0]));
      read.add(node.ints(pads[1]));
    }
    if (mode.equals("constant")) {
      Tensor value = node.constantOrNull(2);
      if (value != null) {
        read.add(node.constant(value.reshape()));
      } else if (node.hasInput(2)) {
        read.add(node.input(2));
      } else {
        read.add(node.scalar(node.dataType(0), 0));
      }
    }
    node.finish("Pad", 12, Map.of("pad_mode", mode), read);
  }

  private static long[][] pads(long[] given, @Nullable Tensor axes, int rank) {
    long[][] pads = new long[2][rank];
    int count = given.length / 2;
    for (int index = 0; index < count; index++) {
      int axis = axes == null ? index : NodeContext.axis(axes.longAt(index), rank);
      pads[0][axis] = given[index];
      pads[1][axis] = given[index + count];
    }
    return pads;
  }

  private static void range(NodeContext node) {
    DataType type = node.dataType(0);
    node.finish(
        "Range",
        4,
        Map.of("output_type", io.nncf4j.formats.openvino.ir.IrTypes.attribute(type)),
        node.inputs());
  }

  private static void depthToSpace(NodeContext node) {
    boolean columns = node.node().stringAttribute("mode", "DCR").equals("DCR");
    node.finish(
        "DepthToSpace",
        1,
        Map.of(
            "block_size",
            Long.toString(node.node().intAttribute("blocksize", 1)),
            "mode",
            columns ? "blocks_first" : "depth_first"),
        node.input(0));
  }

  private static void spaceToDepth(NodeContext node) {
    node.finish(
        "SpaceToDepth",
        1,
        Map.of(
            "block_size",
            Long.toString(node.node().intAttribute("blocksize", 1)),
            "mode",
            "blocks_first"),
        node.input(0));
  }
}
