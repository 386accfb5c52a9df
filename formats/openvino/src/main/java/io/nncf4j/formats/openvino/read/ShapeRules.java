package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Moving elements without changing them, by shape. */
final class ShapeRules {
  private ShapeRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    rules.put("Reshape", ShapeRules::reshape);
    rules.put("Squeeze", layer -> squeeze(layer, "Squeeze"));
    rules.put("Unsqueeze", layer -> squeeze(layer, "Unsqueeze"));
    rules.put("Transpose", ShapeRules::transpose);
    rules.put("ShapeOf", ShapeRules::shapeOf);
    rules.put(
        "Concat",
        layer ->
            layer.finish(
                "Concat",
                Attributes.NONE.with("axis", layer.data.integer("axis", 1)),
                layer.inputs()));
    rules.put("Split", ShapeRules::split);
    rules.put("VariadicSplit", ShapeRules::variadicSplit);
    rules.put("Pad", ShapeRules::pad);
    rules.put("Tile", ShapeRules::tile);
    rules.put("Broadcast", ShapeRules::broadcast);
    rules.put("Range", ShapeRules::range);
    rules.put("DepthToSpace", ShapeRules::depthToSpace);
    rules.put("SpaceToDepth", ShapeRules::spaceToDepth);
    rules.put("ShuffleChannels", ShapeRules::shuffleChannels);
    rules.put("Interpolate", InterpolateRule::translate);
  }

  static String int64(LayerContext layer, int index) {
    Tensor known = layer.constantOrNull(index);
    if (known != null) {
      return layer.constant(Tensor.ofLongs(known.toLongs(), known.shape()));
    }
    return layer.dataType(index) == DataType.INT64
        ? layer.input(index)
        : cast(layer, layer.input(index), DataType.INT64);
  }

  /** As {@link #int64}, a scalar made a vector. */
  static String vector(LayerContext layer, int index) {
    Tensor known = layer.constantOrNull(index);
    if (known != null) {
      return layer.ints(known.toLongs());
    }
    String value = int64(layer, index);
    return layer.rank(index) == 0 ? layer.emit("Reshape", value, layer.ints(1)) : value;
  }

  static String cast(LayerContext layer, String value, DataType type) {
    return layer.emit("Cast", Attributes.NONE.with("to", (long) type.onnxNumber()), value);
  }

  private static void reshape(LayerContext layer) {
    boolean zeroCopies = layer.data.flag("special_zero", false) || layer.isLegacy();
    layer.finish(
        "Reshape",
        zeroCopies ? Attributes.NONE : Attributes.NONE.with("allowzero", 1L),
        layer.input(0),
        vector(layer, 1));
  }

  private static void squeeze(LayerContext layer, String type) {
    if (layer.inputCount() < 2) {
      layer.finish(type, Attributes.NONE, layer.input(0));
    } else {
      layer.finish(type, Attributes.NONE, layer.input(0), vector(layer, 1));
    }
  }

  private static void transpose(LayerContext layer) {
    long[] order = layer.inputCount() < 2 ? new long[0] : layer.constant(1).toLongs();
    layer.finish(
        "Transpose",
        order.length == 0 ? Attributes.NONE : Attributes.NONE.with("perm", order),
        layer.input(0));
  }

  private static void shapeOf(LayerContext layer) {
    String type = layer.data.word("output_type", "i64");
    if (type.equals("i64")) {
      layer.finish("Shape", Attributes.NONE, layer.input(0));
      return;
    }
    String shape = layer.emit("Shape", layer.input(0));
    layer.finish("Cast", Attributes.NONE.with("to", (long) DataType.INT32.onnxNumber()), shape);
  }

  private static void split(LayerContext layer) {
    long parts = layer.data.integer("num_splits", layer.layer().outputs().size());
    if (parts != layer.layer().outputs().size()) {
      throw new InputException(
          "it splits into "
              + parts
              + " but has as many output ports as "
              + layer.layer().outputs().size());
    }
    layer.finishAll(
        "Split",
        Attributes.NONE.with("axis", layer.integerInput(1)).with("num_outputs", parts),
        (int) parts,
        List.of(layer.input(0)));
  }

  private static void variadicSplit(LayerContext layer) {
    long axis = layer.integerInput(1);
    Tensor known = layer.constantOrNull(2);
    String lengths = known == null ? int64(layer, 2) : layer.ints(filled(layer, axis, known));
    layer.finishAll(
        "Split",
        Attributes.NONE.with("axis", axis),
        layer.layer().outputs().size(),
        List.of(layer.input(0), lengths));
  }

  /** One length may be -1: what the others leave. */
  private static long[] filled(LayerContext layer, long axis, Tensor known) {
    long[] lengths = known.toLongs();
    long sum = Arrays.stream(lengths).filter(length -> length >= 0).sum();
    for (int index = 0; index < lengths.length; index++) {
      if (lengths[index] < 0) {
        long whole = layer.shape(0).get(LayerContext.axis(axis, layer.rank(0))).lengthOrMinusOne();
        if (whole < 0) {
          throw new InexpressibleLayerException("one of its lengths is -1, of a length not known");
        }
        lengths[index] = whole - sum;
      }
    }
    return lengths;
  }

  private static void pad(LayerContext layer) {
    String mode = layer.data.word("pad_mode", "constant");
    if (mode.equals("symmetric")) {
      throw new InexpressibleLayerException("it pads symmetrically, which ONNX has not");
    }
    String pads =
        layer.emit("Concat", Attributes.NONE.with("axis", 0L), int64(layer, 1), int64(layer, 2));
    List<String> read = new ArrayList<>(List.of(layer.input(0), pads));
    if (layer.hasInput(3) && mode.equals("constant")) {
      read.add(layer.input(3));
    }
    layer.finish("Pad", Attributes.NONE.with("mode", mode), read);
  }

  private static void tile(LayerContext layer) {
    Tensor known = layer.constantOrNull(1);
    if (known == null) {
      layer.finish("Tile", Attributes.NONE, layer.input(0), int64(layer, 1));
      return;
    }
    long[] repeats = known.toLongs();
    int rank = layer.rank(0);
    String input = layer.input(0);
    if (repeats.length < rank) {
      long[] wider = new long[rank];
      Arrays.fill(wider, 1);
      System.arraycopy(repeats, 0, wider, rank - repeats.length, repeats.length);
      repeats = wider;
    } else if (repeats.length > rank) {
      long[] leading = new long[repeats.length - rank];
      Arrays.setAll(leading, axis -> axis);
      input = layer.emit("Unsqueeze", input, layer.ints(leading));
    }
    layer.finish("Tile", Attributes.NONE, input, layer.ints(repeats));
  }

  private static void broadcast(LayerContext layer) {
    String mode = layer.data.word("mode", "numpy");
    String input = layer.input(0);
    if (mode.equals("explicit")) {
      long[] mapping = layer.constant(2).toLongs();
      int rank = Math.toIntExact(layer.lengths(1)[0]);
      boolean[] taken = new boolean[rank];
      for (long axis : mapping) {
        taken[LayerContext.axis(axis, rank)] = true;
      }
      long[] fresh =
          java.util.stream.LongStream.range(0, rank).filter(axis -> !taken[(int) axis]).toArray();
      input = fresh.length == 0 ? input : layer.emit("Unsqueeze", input, layer.ints(fresh));
    } else if (!mode.equals("numpy") && !mode.equals("bidirectional")) {
      throw new InexpressibleLayerException("its mode is " + mode);
    }
    layer.finish("Expand", Attributes.NONE, input, int64(layer, 1));
  }

  private static void range(LayerContext layer) {
    DataType type =
        layer.data.has("output_type")
            ? io.nncf4j.formats.openvino.ir.IrTypes.parse(layer.data.text("output_type"))
            : layer.dataType(0);
    DataType wanted = layer.graph().widened(type);
    List<String> read = new ArrayList<>();
    for (int index = 0; index < 3; index++) {
      read.add(
          layer.dataType(index) == wanted
              ? layer.input(index)
              : cast(layer, layer.input(index), wanted));
    }
    layer.finish("Range", Attributes.NONE, read);
  }

  private static void depthToSpace(LayerContext layer) {
    layer.finish(
        "DepthToSpace",
        Attributes.NONE
            .with("blocksize", layer.data.integer("block_size", 1))
            .with("mode", layer.data.word("mode", "").equals("depth_first") ? "CRD" : "DCR"),
        layer.input(0));
  }

  private static void spaceToDepth(LayerContext layer) {
    if (layer.data.word("mode", "").equals("depth_first")) {
      throw new InexpressibleLayerException("its mode is depth_first");
    }
    layer.finish(
        "SpaceToDepth",
        Attributes.NONE.with("blocksize", layer.data.integer("block_size", 1)),
        layer.input(0));
  }

  private static void shuffleChannels(LayerContext layer) {
    long[] lengths = layer.lengths(0);
    int axis = LayerContext.axis(layer.data.integer("axis", 1), lengths.length);
    long group = layer.data.integer("group", 1);
    if (group < 1 || lengths[axis] % group != 0) {
      throw new InputException("its group " + group + " does not divide " + lengths[axis]);
    }
    long before = 1;
    for (int at = 0; at < axis; at++) {
      before *= lengths[at];
    }
    String grouped =
        layer.emit("Reshape", layer.input(0), layer.ints(before, group, lengths[axis] / group, -1));
    String swapped = layer.emit("Transpose", Attributes.NONE.with("perm", 0, 2, 1, 3), grouped);
    layer.finish("Reshape", Attributes.NONE, swapped, layer.ints(lengths));
  }
}
