package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.openvino.ir.IrTypes;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Quantizers, and numbers that are stored as integers. */
final class QuantizationNodes {
  private QuantizationNodes() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put(FakeQuantize.OPERATOR.toString(), QuantizationNodes::fakeQuantize);
    rules.put("QuantizeLinear", QuantizationNodes::quantize);
    rules.put("DequantizeLinear", QuantizationNodes::dequantize);
  }

  /** The grid is kept as runtime information, so that reading gives the same bits again. */
  private static void fakeQuantize(NodeContext node) {
    Out made =
        node.finish(
            "FakeQuantize",
            1,
            Map.of(
                "levels",
                Long.toString(node.node().intAttribute("levels", 256)),
                "auto_broadcast",
                "numpy"),
            node.inputs());
    Tensor scale = node.node().tensorAttribute("scale");
    Tensor zeroPoint = node.node().tensorAttribute("zero_point");
    if (scale != null && zeroPoint != null) {
      inform(node, made, "type", IrTypes.attribute(zeroPoint.dataType()));
      inform(node, made, "scale", text(scale));
      inform(node, made, "zero_point", text(zeroPoint));
      inform(node, made, "axis", Long.toString(node.node().intAttribute("axis", 0)));
      inform(
          node,
          made,
          "lowest_code",
          Long.toString(
              node.node()
                  .intAttribute("lowest_code", IntegerGrid.lowestCode(zeroPoint.dataType()))));
    }
  }

  private static void inform(NodeContext node, Out made, String key, String value) {
    node.graph().layers().inform(made, "nncf_grid/" + key, value);
  }

  private static String text(Tensor tensor) {
    return Arrays.stream(tensor.toDoubles())
        .mapToObj(
            value ->
                tensor.dataType().isInteger()
                    ? Long.toString((long) value)
                    : ArithmeticNodes.number(value))
        .collect(Collectors.joining(","));
  }

  /** Codes are what a quantizer gives whose output range are the codes themselves. */
  private static void quantize(NodeContext node) {
    Tensor scale = node.constant(1);
    Tensor zeroPoint = node.hasInput(2) ? node.constant(2) : null;
    DataType type = node.outputType(0).dataType();
    if (type == null
        || !type.isInteger()
        || type.bits() > 16
        || !node.dataType(0).isFloatingPoint()
        || node.node().intAttribute("block_size", 0) != 0) {
      throw new InexpressibleNodeException("it quantizes to " + type + " or in blocks");
    }
    long lowest = IntegerGrid.lowestCode(type);
    long highest = IntegerGrid.highestCode(type);
    double[] low = new double[scale.size()];
    double[] high = new double[scale.size()];
    for (int channel = 0; channel < low.length; channel++) {
      double zero = zeroPoint == null ? 0 : zeroPoint.doubleAt(channel);
      low[channel] = scale.doubleAt(channel) * (lowest - zero);
      high[channel] = scale.doubleAt(channel) * (highest - zero);
    }
    long[] shape = spread(node.node(), scale, node.rank(0));
    DataType real = node.dataType(0);
    Out codes =
        node.emit(
            "FakeQuantize",
            1,
            Map.of("levels", Long.toString(highest - lowest + 1), "auto_broadcast", "numpy"),
            node.type(0),
            node.input(0),
            node.constant(Tensor.ofDoubles(real, low, shape)),
            node.constant(Tensor.ofDoubles(real, high, shape)),
            node.scalar(real, lowest),
            node.scalar(real, highest));
    node.finish("Convert", 1, Map.of("destination_type", IrTypes.attribute(type)), codes);
  }

  /** The shape under which a scale broadcasts to a value of this rank. */
  private static long[] spread(Node node, Tensor scale, int rank) {
    if (scale.size() == 1) {
      return new long[0];
    }
    if (scale.rank() != 1) {
      throw new InexpressibleNodeException("its scale has " + scale.rank() + " axes");
    }
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[NodeContext.axis(node.intAttribute("axis", 1), rank)] = scale.size();
    return shape;
  }

  private static void dequantize(NodeContext node) {
    Tensor codes = node.constantOrNull(0);
    Tensor scale = node.constantOrNull(1);
    Tensor zeroPoint = node.constantOrNull(2);
    if (scale == null || (zeroPoint == null && node.hasInput(2))) {
      throw new InexpressibleNodeException("its scale or zero point is computed while running");
    }
    long block = node.node().intAttribute("block_size", 0);
    if (block > 0) {
      if (codes == null) {
        throw new InexpressibleNodeException("it dequantizes in blocks what is no constant");
      }
      blockwise(node, codes, scale, zeroPoint, block);
      return;
    }
    long[] shape = spread(node.node(), scale, node.rank(0));
    Tensor spreadScale = scale.reshape(shape);
    Tensor spreadZero = zeroPoint == null ? null : zeroPoint.reshape(shape);
    if (codes != null) {
      node.bind(0, StoredWeights.dequantized(node, codes, spreadScale, spreadZero));
      return;
    }
    TensorType type = node.outputType(0);
    Out value = node.convert(node.input(0), scale.dataType());
    if (spreadZero != null) {
      Out zero = node.constant(Tensor.ofDoubles(scale.dataType(), spreadZero.toDoubles(), shape));
      value = node.binary("Subtract", value, zero, type);
    }
    node.finishBinary("Multiply", value, node.constant(spreadScale));
  }

  /**
   * [.., length, ..] becomes [.., length / block, block, ..], with scales of [.., blocks, 1, ..].
   */
  private static void blockwise(
      NodeContext node, Tensor codes, Tensor scale, @Nullable Tensor zeroPoint, long block) {
    int axis = NodeContext.axis(node.node().intAttribute("axis", 1), codes.rank());
    long[] shape = codes.shape();
    if (shape[axis] % block != 0
        || scale.rank() != codes.rank()
        || scale.dimension(axis) != shape[axis] / block) {
      throw new InputException("its blocks of " + block + " do not fill " + codes);
    }
    Out value =
        StoredWeights.dequantized(
            node,
            codes.reshape(split(shape, axis, shape[axis] / block, block)),
            scale.reshape(split(scale.shape(), axis, scale.dimension(axis), 1)),
            zeroPoint == null
                ? null
                : zeroPoint.reshape(split(zeroPoint.shape(), axis, zeroPoint.dimension(axis), 1)));
    node.finish("Reshape", 1, Map.of("special_zero", "false"), value, node.ints(shape));
  }

  private static long[] split(long[] shape, int axis, long first, long second) {
    long[] result = new long[shape.length + 1];
    System.arraycopy(shape, 0, result, 0, axis);
    result[axis] = first;
    result[axis + 1] = second;
    System.arraycopy(shape, axis + 1, result, axis + 2, shape.length - axis - 1);
    return result;
  }
}
