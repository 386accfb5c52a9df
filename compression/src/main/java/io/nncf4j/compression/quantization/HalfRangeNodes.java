package io.nncf4j.compression.quantization;

import io.nncf4j.compression.options.OverflowFix;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** The nodes whose weights an {@link OverflowFix} confines to half of their levels. */
public final class HalfRangeNodes {
  private HalfRangeNodes() {}

  /** Names of the nodes, in the order of the graph or of the search. */
  public static Set<String> find(Graph graph, QuantizationPlan plan, OverflowFix fix) {
    Set<String> quantized = new LinkedHashSet<>();
    for (WeightPlacement placement : plan.weights()) {
      Node node = graph.node(placement.node());
      if (node != null && node.is("Conv", "ConvTranspose", "Gemm", "MatMul")) {
        quantized.add(node.name());
      }
    }
    return switch (fix) {
      case DISABLE -> Set.of();
      case ENABLE -> quantized;
      case FIRST_LAYER -> firstConvolutions(graph, quantized);
    };
  }

  /** Breadth first from the inputs; a path ends at its first quantized convolution. */
  private static Set<String> firstConvolutions(Graph graph, Set<String> quantized) {
    Set<String> found = new LinkedHashSet<>();
    Set<String> seen = new LinkedHashSet<>();
    Deque<Node> queue = new ArrayDeque<>();
    for (Value input : graph.inputs()) {
      queue.addAll(graph.consumers(input.name()));
    }
    while (!queue.isEmpty()) {
      Node node = queue.remove();
      if (!seen.add(node.name())) {
        continue;
      }
      if (isPlainConvolution(graph, node) && quantized.contains(node.name())) {
        found.add(node.name());
        continue;
      }
      node.outputs().forEach(output -> queue.addAll(graph.consumers(output)));
    }
    return found;
  }

  /** Depthwise products sum few terms: they do not overflow. */
  private static boolean isPlainConvolution(Graph graph, Node node) {
    var shape = graph.tensorType(node.input(1)).shape();
    boolean isDepthwise =
        shape != null
            && shape.rank() > 2
            && node.intAttribute("group", 1) > 1
            && shape.get(1).lengthOrMinusOne() == 1;
    return node.is("Conv") && !isDepthwise;
  }
}
