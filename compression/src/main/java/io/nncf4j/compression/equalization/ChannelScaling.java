package io.nncf4j.compression.equalization;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Multiplies the channels of a value by factors, for some of its readers. Constants in front of the
 * value take the factors when nobody else would notice; otherwise a Mul is put in between.
 *
 * <p>Factors move up through biases and ReLU until they meet a layer normalization, a product with
 * a constant, or a layer with constant weights.
 */
final class ChannelScaling {
  /** A constant that takes the factors: read by this input of that node. */
  private record Change(Node node, int input, Tensor scaled) {}

  private final Graph graph;
  private final ChannelValue value;
  private final double[] factors;
  private final List<Change> changes = new ArrayList<>();

  private ChannelScaling(Graph graph, ChannelValue value, double[] factors) {
    this.graph = graph;
    this.value = value;
    this.factors = factors;
  }

  /**
   * @param readers the nodes that are to see the multiplied value
   * @param factors positive, one for each channel
   * @return name of the multiplied value
   */
  static String apply(
      Graph graph, GraphEditor editor, ChannelValue value, List<String> readers, double[] factors) {
    return new ChannelScaling(graph, value, factors).apply(editor, readers);
  }

  private String apply(GraphEditor editor, List<String> readers) {
    String name = value.value();
    boolean seenByReadersOnly =
        !graph.isOutput(name)
            && graph.uses(name).stream().allMatch(use -> readers.contains(use.node().name()));
    Node producer = graph.producer(name);
    String smoothed = editor.freshName(name + ".smoothed");
    ValueType type = graph.types().get(name);
    if (type != null) {
      editor.type(smoothed, type);
    }
    if (seenByReadersOnly && producer != null && canFold(producer)) {
      for (Change change : changes) {
        String old = change.node().input(change.input());
        String scaled = editor.addConstant(old + ".smoothed", change.scaled());
        editor.redirect(change.node().name(), change.input(), scaled);
      }
      // Another value gets another name: what was seen of the old one does not hold for it.
      Node last = editor.node(producer.name());
      editor.replace(
          last.withOutputs(
              last.outputs().stream()
                  .map(output -> output.equals(name) ? smoothed : output)
                  .toList()));
      return smoothed;
    }
    editor.add(
        Node.onnx(
            editor.freshName(name + ".smooth_quant"),
            "Mul",
            Attributes.NONE,
            List.of(name, editor.addConstant(name + ".smoothing", broadcast())),
            List.of(smoothed)));
    return smoothed;
  }

  private Tensor broadcast() {
    Shape shape = graph.tensorType(value.value()).shape();
    int rank = shape == null ? value.axis() + 1 : shape.rank();
    long[] dimensions = new long[rank - value.axis()];
    java.util.Arrays.fill(dimensions, 1);
    dimensions[0] = factors.length;
    DataType type = graph.tensorType(value.value()).dataType();
    return Tensor.ofDoubles(type == null ? DataType.FLOAT32 : type, factors, dimensions);
  }

  private boolean canFold(Node last) {
    Node node = last;
    while (node != null) {
      if (node.is("Relu", "LeakyRelu")) {
        node = above(node.input(0));
      } else if (node.is("Add", "Sub", "Mul")) {
        int constant = graph.constant(node.input(1)) != null ? 1 : 0;
        if (constant == 0 && node.is("Sub") || !takes(node, constant)) {
          return false;
        }
        if (node.is("Mul")) {
          return true;
        }
        node = above(node.input(1 - constant));
      } else if (node.is("LayerNormalization")) {
        return takesNormalization(node);
      } else {
        return takesLayer(node);
      }
    }
    return false;
  }

  /** What gives {@code name}, when nobody else reads it. */
  private @Nullable Node above(String name) {
    return graph.hasSingleUse(name) && !graph.isOutput(name) ? graph.producer(name) : null;
  }

  /** An elementwise constant that has one element for each channel. */
  private boolean takes(Node node, int input) {
    Tensor constant = graph.constant(node.input(input));
    Shape shape = graph.tensorType(node.output(0)).shape();
    if (constant == null || shape == null || constant.rank() > shape.rank()) {
      return false;
    }
    int axis = value.axis() - (shape.rank() - constant.rank());
    if (axis < 0 || constant.dimension(axis) != factors.length) {
      return false;
    }
    change(node, input, constant, ChannelTensors.along(constant, axis));
    return true;
  }

  private boolean takesNormalization(Node node) {
    Tensor scale = graph.constant(node.input(1));
    Tensor bias = graph.constant(node.input(2));
    Shape shape = graph.tensorType(node.output(0)).shape();
    boolean fits =
        shape != null
            && value.axis() == shape.rank() - 1
            && scale != null
            && scale.size() == factors.length
            && (bias != null ? bias.size() == factors.length : !node.hasInput(2))
            && Math.floorMod(node.intAttribute("axis", -1), shape.rank()) == value.axis();
    if (fits && scale != null) {
      change(node, 1, scale, index -> index);
      if (bias != null) {
        change(node, 2, bias, index -> index);
      }
    }
    return fits;
  }

  private boolean takesLayer(Node node) {
    Tensor weight = graph.constant(node.input(1));
    Tensor bias = graph.constant(node.input(2));
    Shape shape = graph.tensorType(node.output(0)).shape();
    if (weight == null
        || weight.rank() < 2
        || shape == null
        || !node.is("Conv", "Gemm", "MatMul")) {
      return false;
    }
    boolean firstAxis = node.is("Conv") || node.intAttribute("transB", 0) != 0;
    int axis = firstAxis ? 0 : weight.rank() - 1;
    int outputAxis = node.is("Conv") ? 1 : shape.rank() - 1;
    boolean fits =
        value.axis() == outputAxis
            && weight.dimension(axis) == factors.length
            && (bias != null
                ? bias.size() == factors.length && bias.dimension(-1) == factors.length
                : !node.hasInput(2));
    if (fits) {
      change(node, 1, weight, ChannelTensors.along(weight, axis));
      if (bias != null) {
        change(node, 2, bias, index -> index);
      }
    }
    return fits;
  }

  private void change(Node node, int input, Tensor constant, IntUnaryOperator channel) {
    changes.add(new Change(node, input, ChannelTensors.scaled(constant, channel, factors)));
  }
}
