package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives convolutions and matrix products their biases back, which OpenVINO keeps as additions.
 *
 * <pre>
 *   x -- Conv(w) -- Add([1, C, 1, 1]) -- y        x -- Conv(w, [C]) -- y
 * </pre>
 *
 * <p>Where the bias is an integer constant behind DequantizeLinear, or half precision behind Cast,
 * it stays one.
 */
final class JoinBiases {
  private final Graph graph;
  private final GraphEditor editor;

  private static final String WRITTEN = "/((Group)?Convolution(BackpropData)?|MatMul)";

  private JoinBiases(Graph graph) {
    this.graph = graph;
    this.editor = new GraphEditor(graph);
  }

  static Graph apply(Graph graph) {
    JoinBiases join = new JoinBiases(graph);
    for (Node node : graph.nodes()) {
      if (node.is("Add") && !join.join(node, 0)) {
        join.join(node, 1);
      }
    }
    return join.editor.removeUnused().build();
  }

  private boolean join(Node add, int index) {
    String product = add.input(index);
    Node producer = graph.producer(product);
    boolean fits =
        producer != null
            && producer.is("Conv", "ConvTranspose", "Gemm")
            && producer.inputs().size() == 2
            && graph.hasSingleUse(product);
    if (!fits || producer == null) {
      return false;
    }
    TensorType type = graph.tensorType(product);
    int axis = producer.is("Gemm") ? -1 : 1;
    if (type.shape() == null || !type.shape().get(axis).isKnown()) {
      return false;
    }
    long channels = type.shape().get(axis).lengthOrMinusOne();
    int rank = type.shape().rank();
    String bias = vector(add.input(1 - index), channels, rank, axis < 0 ? rank - 1 : axis);
    if (bias == null) {
      return false;
    }
    // Our own writer made two layers of one node: it gets its name back.
    boolean ours = producer.name().matches(java.util.regex.Pattern.quote(add.name()) + WRITTEN);
    editor.remove(add.name());
    editor.replace(
        producer.name(),
        producer
            .withName(ours ? add.name() : producer.name())
            .withInputs(List.of(producer.input(0), producer.input(1), bias))
            .withOutputs(add.outputs()));
    return true;
  }

  /** The bias as a vector, or null when it is no constant along the channels alone. */
  private @Nullable String vector(String value, long channels, int rank, int axis) {
    Tensor constant = graph.constant(value);
    if (constant != null) {
      boolean asItIs = constant.rank() == 1 && constant.size() == channels;
      return isBias(constant, channels, rank, axis)
          ? (asItIs
              ? value
              : editor.addConstant(value.replaceAll("/shaped$", ""), constant.reshape(channels)))
          : null;
    }
    Node producer = graph.producer(value);
    if (producer == null || !producer.is("Cast", "DequantizeLinear")) {
      return null;
    }
    Tensor stored = graph.constant(producer.input(0));
    if (stored == null || !isBias(stored, channels, rank, axis)) {
      return null;
    }
    String small = editor.addConstant(value + "/stored_vector", stored.reshape(channels));
    String output = editor.freshName(value + "/vector");
    Node vector =
        producer
            .withName(editor.freshName(producer.name() + "/vector"))
            .withInput(0, small)
            .withOutputs(List.of(output));
    if (producer.is("DequantizeLinear")) {
      Tensor scale = graph.constant(producer.input(1));
      if (scale == null || producer.intAttribute("block_size", 0) != 0) {
        return null;
      }
      if (scale.size() > 1) {
        vector = vector.withAttributes(vector.attributes().with("axis", 0L));
      }
    }
    editor.add(vector);
    return output;
  }

  private static boolean isBias(Tensor tensor, long channels, int rank, int axis) {
    if (tensor.size() != channels || tensor.rank() > rank) {
      return false;
    }
    int at = axis - (rank - tensor.rank());
    return at >= 0 && tensor.dimension(at) == channels;
  }
}
