package io.nncf4j.compression.training.masks;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.quantize.RoundedBias;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the constants that a layer multiplies by and adds, in graphs with quantizers or without.
 */
public final class LayerWeights {
  private LayerWeights() {}

  /** The dimension of a layer's weight over which it sums. */
  public static int inputDimension(Node layer, int rank) {
    return switch (layer.type()) {
      case "Conv" -> 1;
      case "ConvTranspose" -> 0;
      case "Gemm" -> layer.intAttribute("transB", 0) == 0 ? 0 : 1;
      case "MatMul" -> rank - 2;
      default -> rank - 1;
    };
  }

  /** The constant that a layer multiplies by, behind a quantizer if it has one; else null. */
  public static @Nullable String weightOf(Graph graph, Node node) {
    int index =
        switch (node.operator().isOnnx() ? node.type() : "") {
          case "Conv", "ConvTranspose", "Gemm", "MatMul" -> 1;
          case "Gather" -> 0;
          default -> -1;
        };
    if (index < 0 || !node.hasInput(index)) {
      return null;
    }
    String name = node.input(index);
    Node producer = graph.producer(name);
    if (producer != null && FakeQuantize.is(producer)) {
      name = producer.input(0);
    }
    Tensor constant = graph.constant(name);
    return constant != null && constant.rank() > 1 && constant.dataType().isFloatingPoint()
        ? name
        : null;
  }

  /**
   * The constant vector that a linear layer adds, of which nobody else reads it; null when there is
   * none. Behind {@code MatMul} it is that of the {@code Add}.
   *
   * @param outputs its length
   */
  public static @Nullable String biasOf(Graph graph, Node layer, long outputs) {
    String name = "";
    if (layer.is("Gemm") && layer.hasInput(2)) {
      name = layer.input(2);
    } else if (layer.is("MatMul")) {
      List<Graph.Use> uses = graph.uses(layer.output(0));
      Node next = uses.size() == 1 ? uses.get(0).node() : layer;
      name = next.is("Add") ? next.input(1 - uses.get(0).index()) : "";
    }
    Node producer = graph.producer(name);
    if (producer != null && RoundedBias.is(producer)) {
      name = producer.input(RoundedBias.BIAS);
    }
    Tensor constant = graph.constant(name);
    return constant != null
            && constant.rank() == 1
            && constant.size() == outputs
            && graph.hasSingleUse(name)
        ? name
        : null;
  }
}
