package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.compression.hardware.OperatorSupport;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes quantizers that only see values which a quantizer above has put on the same grid, with
 * nothing but moving of values in between.
 */
final class RedundantQuantizers {
  private RedundantQuantizers() {}

  static List<MovingQuantizer> remove(PropagationGraph graph, List<MovingQuantizer> quantizers) {
    List<MovingQuantizer> kept = new ArrayList<>(quantizers);
    for (MovingQuantizer quantizer : quantizers) {
      MovingQuantizer upstream = upstream(graph, quantizer.location, new LinkedHashSet<>());
      if (upstream != null
          && upstream.configurations.get(0).makesRedundant(quantizer.configurations.get(0))) {
        upstream.sinks.addAll(quantizer.sinks);
        quantizer.location.placed = null;
        kept.remove(quantizer);
      }
    }
    return kept;
  }

  /**
   * The one quantizer that everything at {@code point} has passed; null when there is none, or
   * different ones on different ways.
   */
  private static @Nullable MovingQuantizer upstream(
      PropagationGraph graph, Point point, Set<Point> seen) {
    if (!seen.add(point)) {
      return null;
    }
    if (!point.isBehind()) {
      Point above = graph.producerOf(point).after;
      return above.placed != null ? above.placed : upstream(graph, above, seen);
    }
    Operation operation = point.operation;
    OperatorSupport support = operation.support;
    boolean moves =
        operation.kind == Operation.Kind.NODE
            && operation.trait == Trait.AGNOSTIC
            && !operation.isIgnored;
    if (!moves || (support != null && !support.isWildcard())) {
      return null;
    }
    List<Point> floatPorts = operation.ports.stream().filter(port -> !port.isInteger).toList();
    if (floatPorts.size() != 1) {
      return null;
    }
    Point port = floatPorts.get(0);
    return port.placed != null ? port.placed : upstream(graph, port, seen);
  }
}
