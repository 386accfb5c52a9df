package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds gates of the form {@code x * sigmoid(conv(act(conv(pool(x)))))} (Hu et al. 2018,
 * "Squeeze-and-Excitation Networks").
 *
 * <p>The pooling and the final product are left to be quantized; the nodes between them, which work
 * on one value for each channel, are the inner ones.
 */
final class SqueezeAndExcitation {
  private SqueezeAndExcitation() {}

  static Set<Node> inner(Graph graph) {
    Set<Node> found = new LinkedHashSet<>();
    for (Node multiply : graph.nodes()) {
      if (multiply.is("Mul") && multiply.inputs().size() == 2) {
        for (int gateInput = 0; gateInput < 2; gateInput++) {
          found.addAll(gate(graph, multiply.input(gateInput), multiply.input(1 - gateInput)));
        }
      }
    }
    return found;
  }

  /**
   * The nodes from the value {@code gate} back to a global pooling of {@code gated}, or an empty
   * set.
   */
  private static Set<Node> gate(Graph graph, String gate, String gated) {
    Set<Node> nodes = new LinkedHashSet<>();
    Node sigmoid = graph.producer(gate);
    if (sigmoid == null || !sigmoid.is("Sigmoid", "HardSigmoid", "Clip", "Mul", "Div", "Relu")) {
      return Set.of();
    }
    String current = gate;
    int convolutions = 0;
    for (int steps = 0; steps < 12; steps++) {
      Node node = graph.producer(current);
      if (node == null) {
        return Set.of();
      }
      if (isGlobalPooling(node)) {
        return convolutions == 2 && node.input(0).equals(gated) ? nodes : Set.of();
      }
      boolean isConvolution = node.is("Conv", "Gemm", "MatMul");
      String previous = isConvolution ? node.input(0) : onlyLiveInput(graph, node);
      if (previous == null) {
        return Set.of();
      }
      convolutions += isConvolution ? 1 : 0;
      nodes.add(node);
      current = previous;
    }
    return Set.of();
  }

  private static boolean isGlobalPooling(Node node) {
    return node.is("GlobalAveragePool", "ReduceMean");
  }

  private static @Nullable String onlyLiveInput(Graph graph, Node node) {
    if (!node.is(
        "Sigmoid",
        "HardSigmoid",
        "HardSwish",
        "Relu",
        "Clip",
        "Add",
        "Mul",
        "Div",
        "BatchNormalization",
        "Reshape",
        "Flatten",
        "Squeeze",
        "Unsqueeze")) {
      return null;
    }
    String live = null;
    for (String input : node.inputs()) {
      if (!input.isEmpty() && ConstantOrigin.name(graph, input) == null) {
        if (live != null) {
          return null;
        }
        live = input;
      }
    }
    return live;
  }
}
