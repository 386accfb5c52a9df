package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Constants as OpenVINO lays them out: floats as they are, integers behind Convert, Subtract and
 * Multiply, under the shape that the reader of the weights wants.
 */
final class StoredWeights {
  private StoredWeights() {}

  /** An input of a node under another shape of as many elements. */
  static Out reshaped(NodeContext node, int index, long[] shape) {
    String name = node.node().input(index);
    Tensor constant = node.constantOrNull(index);
    if (constant != null && constant.size() == Tensor.elementCount(shape)) {
      return node.graph().stored(name + "/shaped", constant.reshape(shape));
    }
    Node producer = node.graph().graph().producer(name);
    if (producer != null && producer.is("DequantizeLinear")) {
      Out stored = dequantized(node, producer, shape);
      if (stored != null) {
        return stored;
      }
    }
    return node.reshape(node.input(index), shape);
  }

  /** Dequantized weights under another shape, where their scales stand along its first axes. */
  private static @Nullable Out dequantized(NodeContext node, Node producer, long[] shape) {
    Tensor codes = node.graph().constant(producer.input(0));
    Tensor scale = node.graph().constant(producer.input(1));
    Tensor zeroPoint = producer.hasInput(2) ? node.graph().constant(producer.input(2)) : null;
    if (codes == null
        || scale == null
        || codes.size() != Tensor.elementCount(shape)
        || (zeroPoint == null && producer.hasInput(2))
        || producer.intAttribute("block_size", 0) != 0) {
      return null;
    }
    long[] spread = new long[shape.length];
    Arrays.fill(spread, 1);
    if (scale.size() > 1) {
      int axis = NodeContext.axis(producer.intAttribute("axis", 1), codes.rank());
      // Channels of a depthwise weight, or of a bias that moves to axis 1.
      if (axis != 0 || shape.length < 2 || shape[0] * shape[1] != scale.size()) {
        return null;
      }
      spread[0] = shape[0];
      spread[1] = shape[1];
    }
    return dequantized(
        node,
        codes.reshape(shape),
        scale.reshape(spread),
        zeroPoint == null ? null : zeroPoint.reshape(spread));
  }

  /**
   * The layers that make codes real.
   *
   * @param scale of a shape that broadcasts to the codes
   * @param zeroPoint like {@code scale}; null for zero
   */
  static Out dequantized(NodeContext node, Tensor codes, Tensor scale, @Nullable Tensor zeroPoint) {
    DataType real = scale.dataType();
    TensorType type = TensorType.of(real, codes.shape());
    Out value = node.convert(node.constant(codes), real);
    if (zeroPoint != null && Arrays.stream(zeroPoint.toDoubles()).anyMatch(each -> each != 0)) {
      Out shift = node.convert(node.constant(zeroPoint), real);
      value = node.binary("Subtract", value, shift, type);
    }
    return node.binary("Multiply", value, node.constant(scale), type);
  }
}
