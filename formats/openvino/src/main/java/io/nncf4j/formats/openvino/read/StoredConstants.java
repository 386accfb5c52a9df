package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.openvino.ir.IrBlob;
import io.nncf4j.formats.openvino.ir.IrLayer;
import io.nncf4j.formats.openvino.ir.IrTypes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Constants and the layers that make small stored numbers real again.
 *
 * <pre>
 *   int8 Const -- Convert -- Subtract(zero point) -- Multiply(scale)     integer constant -- DequantizeLinear
 *
 *   float16 Const -- Convert                                             float16 constant -- Cast
 * </pre>
 *
 * <p>The layers in between are translated as well; nodes that nobody reads are dropped in the end.
 */
final class StoredConstants {
  /**
   * @param values as stored
   * @param zeroPoint of the type of the values, broadcastable to them; null for zero
   * @param scale broadcastable to the values; null when they are only converted
   * @param real type of the result
   */
  record Stored(Tensor values, @Nullable Tensor zeroPoint, @Nullable Tensor scale, DataType real) {}

  private final GraphTranslator graph;
  private final LayerOrder order;

  /** By layer; constants, conversions and products that are decoded. */
  private final Map<Integer, Stored> decoded = new HashMap<>();

  StoredConstants(GraphTranslator graph, LayerOrder order) {
    this.graph = graph;
    this.order = order;
  }

  /** Translates the layer if it is a constant or makes a dequantized one complete. */
  boolean translate(IrLayer layer) {
    Stored found = decode(layer);
    if (found == null) {
      return false;
    }
    decoded.put(layer.id(), found);
    boolean isDone = layer.type().equals("Const") || dequantizes(found);
    if (isDone) {
      graph.bind(layer, 0, emit(found, graph.nameOf(layer, 0)));
    }
    return isDone;
  }

  private static boolean dequantizes(Stored stored) {
    return stored.scale != null && Layout.of(stored) != null;
  }

  /** What is stored behind an input, or null. */
  @Nullable Stored behind(IrLayer layer, int index) {
    LayerOrder.Source source = order.source(layer, index);
    return source == null ? null : decoded.get(source.layer().id());
  }

  private @Nullable Stored decode(IrLayer layer) {
    switch (layer.type()) {
      case "Const":
        Tensor constant = constant(layer);
        return new Stored(constant, null, null, graph.widened(constant.dataType()));
      case "Convert":
        Stored plain = behind(layer, 0);
        DataType to =
            graph.widened(IrTypes.parse(layer.data().getOrDefault("destination_type", "f32")));
        return plain == null || !to.isFloatingPoint()
            ? null
            : new Stored(plain.values, plain.zeroPoint, plain.scale, to);
      case "Subtract":
        return subtract(behind(layer, 0), behind(layer, 1));
      case "Multiply":
        Stored product = multiply(behind(layer, 0), behind(layer, 1));
        return product != null ? product : multiply(behind(layer, 1), behind(layer, 0));
      default:
        return null;
    }
  }

  private static @Nullable Stored subtract(@Nullable Stored from, @Nullable Stored what) {
    if (from == null
        || what == null
        || what.scale != null
        || what.zeroPoint != null
        || from.scale != null
        || from.zeroPoint != null
        || !from.values.dataType().isInteger()
        || !from.real.isFloatingPoint()
        || from.values.size() < what.values.size()) {
      return null;
    }
    double[] zeroPoints = what.values.toDoubles();
    DataType type = from.values.dataType();
    Tensor zeroPoint = Tensor.ofDoubles(type, zeroPoints, what.values.shape());
    return Arrays.equals(zeroPoint.toDoubles(), zeroPoints)
        ? new Stored(from.values, zeroPoint, null, from.real)
        : null;
  }

  private static @Nullable Stored multiply(@Nullable Stored values, @Nullable Stored scale) {
    if (values == null || scale == null) {
      return null;
    }
    boolean fits =
        values.scale == null
            && values.values.dataType().isInteger()
            && values.real.isFloatingPoint()
            && scale.scale == null
            && scale.zeroPoint == null
            && scale.values.dataType().isFloatingPoint()
            && scale.values.size() <= values.values.size();
    return fits ? new Stored(values.values, values.zeroPoint, scale.values, values.real) : null;
  }

  private Tensor constant(IrLayer layer) {
    if (layer.outputs().size() != 1) {
      throw new InputException("a constant has one output port");
    }
    if (graph.network().isLegacy()) {
      IrBlob blob = layer.blobs().get("custom");
      if (blob == null) {
        throw new InputException("it lacks its blob custom");
      }
      String precision =
          !blob.precision().isEmpty()
              ? blob.precision()
              : !layer.outputs().get(0).precision().isEmpty()
                  ? layer.outputs().get(0).precision()
                  : layer.precision();
      long[] shape =
          layer.outputs().get(0).dimensions().stream().mapToLong(Long::longValue).toArray();
      return graph.weights().tensor(IrTypes.parse(precision), shape, blob.offset(), blob.size());
    }
    AttributeTexts data = new AttributeTexts(layer);
    return graph
        .weights()
        .tensor(
            IrTypes.parse(data.text("element_type")),
            data.integers("shape"),
            data.integer("offset"),
            data.integer("size"));
  }

  /** Emits the constant under a name that is free; the value may get another. */
  String emit(Stored stored, String name) {
    if (stored.scale != null) {
      return dequantize(stored, name);
    }
    if (stored.values.dataType() == stored.real) {
      graph.constantNamed(name, stored.values);
      return name;
    }
    String small = graph.constant(name + "/stored", stored.values);
    graph.node(
        "Cast",
        name,
        Attributes.NONE.with("to", stored.real.onnxNumber()),
        List.of(small),
        List.of(name));
    return name;
  }

  private String dequantize(Stored stored, String name) {
    Layout layout = Layout.of(stored);
    if (layout == null) {
      throw new IllegalArgumentException("no layout for " + stored);
    }
    String values = graph.constant(name + "/codes", stored.values);
    String scale = graph.constant(name + "/scale", layout.scale());
    Tensor zeroPoint = layout.zeroPoint();
    if (zeroPoint == null) {
      // Some kernels of ONNX Runtime take an absent zero point for one number where there are many.
      DataType type = stored.values.dataType();
      int count = layout.scale().size();
      zeroPoint =
          type.isInteger()
              ? Tensor.ofDoubles(type, new double[count], layout.scale().shape())
              : null;
    }
    List<String> read =
        zeroPoint == null
            ? List.of(values, scale)
            : List.of(values, scale, graph.constant(name + "/zero_point", zeroPoint));
    graph.node("DequantizeLinear", name, layout.attributes(), read, List.of(name));
    return name;
  }

  /**
   * The same numbers under another shape of as many elements, for weights whose groups have an axis
   * of their own in OpenVINO; null when scales vary along axes that would be joined with others.
   */
  static @Nullable Stored reshaped(Stored stored, long[] shape) {
    Tensor scale = stored.scale == null ? null : reshaped(stored.scale, stored.values, shape);
    Tensor zeroPoint =
        stored.zeroPoint == null ? null : reshaped(stored.zeroPoint, stored.values, shape);
    boolean lost =
        (scale == null && stored.scale != null) || (zeroPoint == null && stored.zeroPoint != null);
    return lost ? null : new Stored(stored.values.reshape(shape), zeroPoint, scale, stored.real);
  }

  /** Parameters of [groups, outputs, 1, ...] for weights that become [groups * outputs, ...]. */
  private static @Nullable Tensor reshaped(Tensor parameter, Tensor values, long[] shape) {
    if (parameter.size() == 1) {
      return parameter.reshape();
    }
    if (parameter.rank() != values.rank() || parameter.size() != shape[0]) {
      return null;
    }
    long leading = parameter.dimension(0) * parameter.dimension(1);
    if (leading != parameter.size()) {
      return null;
    }
    long[] joined = new long[shape.length];
    Arrays.fill(joined, 1);
    joined[0] = shape[0];
    return parameter.reshape(joined);
  }

  /** How scale and zero point lie over the values, in the words of DequantizeLinear. */
  private record Layout(Tensor scale, @Nullable Tensor zeroPoint, Attributes attributes) {
    static @Nullable Layout of(Stored stored) {
      Tensor scale = java.util.Objects.requireNonNull(stored.scale);
      Tensor zeroPoint = stored.zeroPoint;
      int rank = stored.values.rank();
      scale = Tensor.ofDoubles(stored.real, scale.toDoubles(), scale.shape());
      boolean single = scale.size() == 1 && (zeroPoint == null || zeroPoint.size() == 1);
      if (single) {
        return new Layout(
            scale.reshape(), zeroPoint == null ? null : zeroPoint.reshape(), Attributes.NONE);
      }
      if (widens(scale, rank) || (zeroPoint != null && widens(zeroPoint, rank))) {
        return null;
      }
      long[] shape = padded(scale.shape(), rank);
      if (scale.size() == 1 && zeroPoint != null) {
        shape = padded(zeroPoint.shape(), rank);
        scale = spread(scale, shape);
      }
      if (zeroPoint != null) {
        long[] own = padded(zeroPoint.shape(), rank);
        if (zeroPoint.size() != 1 && !Arrays.equals(own, shape)) {
          return null;
        }
        zeroPoint = zeroPoint.size() == 1 ? spread(zeroPoint, shape) : zeroPoint.reshape(shape);
      }
      return placed(scale.reshape(shape), zeroPoint, shape, stored.values.shape());
    }

    private static @Nullable Layout placed(
        Tensor scale, @Nullable Tensor zeroPoint, long[] shape, long[] values) {
      int varying = -1;
      int constant = -1;
      int varyingCount = 0;
      int constantCount = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        if (shape[axis] != 1 && shape[axis] != values[axis]) {
          return null;
        }
        if (shape[axis] > 1) {
          varying = axis;
          varyingCount++;
        } else if (values[axis] > 1) {
          constant = axis;
          constantCount++;
        }
      }
      if (varyingCount == 1) {
        int size = scale.size();
        return new Layout(
            scale.reshape(size),
            zeroPoint == null ? null : zeroPoint.reshape(size),
            Attributes.NONE.with("axis", (long) varying));
      }
      if (constantCount == 1) {
        return new Layout(
            scale,
            zeroPoint,
            Attributes.NONE.with("axis", (long) constant).with("block_size", values[constant]));
      }
      return null;
    }

    /** True when the values would be repeated along axes that they do not have. */
    private static boolean widens(Tensor parameter, int rank) {
      for (int axis = 0; axis < parameter.rank() - rank; axis++) {
        if (parameter.dimension(axis) != 1) {
          return true;
        }
      }
      return false;
    }

    private static long[] padded(long[] shape, int rank) {
      long[] result = new long[rank];
      Arrays.fill(result, 1);
      int from = Math.max(0, shape.length - rank);
      for (int axis = from; axis < shape.length; axis++) {
        result[rank - shape.length + axis] = shape[axis];
      }
      return result;
    }

    private static Tensor spread(Tensor scalar, long[] shape) {
      double[] values = new double[Tensor.elementCount(shape)];
      Arrays.fill(values, scalar.doubleAt(0));
      return Tensor.ofDoubles(scalar.dataType(), values, shape);
    }
  }
}
