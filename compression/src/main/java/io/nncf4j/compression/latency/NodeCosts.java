package io.nncf4j.compression.latency;

import io.nncf4j.core.graph.Node;
import io.nncf4j.engines.NodeTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Times of a runtime's kernels, found by the nodes of the graph that they execute.
 *
 * <p>A kernel that stands for several fused nodes carries the name of one of them, or of a value
 * that one of them gives, with the runtime's own endings.
 */
final class NodeCosts {
  /**
   * What a conversion takes when none was measured: a kernel's start, and one pass over the
   * elements.
   */
  private static final double DEFAULT_START_NANOS = 4000;

  private static final double DEFAULT_NANOS_PER_ELEMENT = 0.4;

  private final Map<String, Double> nanosByName = new HashMap<>();
  private final double conversionNanosPerElement;

  NodeCosts(List<NodeTime> times) {
    List<Double> perElement = new ArrayList<>();
    for (NodeTime time : times) {
      nanosByName.merge(baseName(time.node()), time.medianNanos(), Double::sum);
      long bytesPerElement = time.operator().equals("DequantizeLinear") ? 4 : 1;
      long elements = time.outputBytes() / bytesPerElement;
      boolean isConversion =
          time.operator().equals("QuantizeLinear") || time.operator().equals("DequantizeLinear");
      if (isConversion && elements >= 10_000) {
        perElement.add(Math.max(0, time.medianNanos() - DEFAULT_START_NANOS) / elements);
      }
    }
    conversionNanosPerElement =
        perElement.isEmpty()
            ? DEFAULT_NANOS_PER_ELEMENT
            : perElement.stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(DEFAULT_NANOS_PER_ELEMENT);
  }

  /** The name without what the runtime adds: {@code _nchwc}, {@code _token_12}, {@code fused }. */
  static String baseName(String runtimeName) {
    return runtimeName
        .replaceFirst("^fused ", "")
        .replaceFirst("_token_\\d+$", "")
        .replaceFirst("_nchwc$", "");
  }

  /**
   * Time of the kernels that execute {@code nodes}, which are fused; 0 when no kernel carries any
   * of their names.
   */
  double nanosOf(List<Node> nodes) {
    double nanos = 0;
    for (Node node : nodes) {
      nanos += nanosByName.getOrDefault(node.name(), 0.0);
      for (String output : node.outputs()) {
        // A file may give a node and its output the same name.
        nanos += output.equals(node.name()) ? 0 : nanosByName.getOrDefault(output, 0.0);
      }
    }
    return nanos;
  }

  /** Estimated time of turning {@code elements} floats into integers or back. */
  double conversionNanos(long elements) {
    return DEFAULT_START_NANOS + conversionNanosPerElement * elements;
  }
}
