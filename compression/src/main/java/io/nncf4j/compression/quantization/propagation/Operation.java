package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.compression.hardware.OperatorSupport;
import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One vertex of the propagation graph: a model input, a node with what is fused to it, or a model
 * output.
 */
final class Operation {
  /** What the vertex stands for. */
  enum Kind {
    INPUT,
    NODE,
    OUTPUT
  }

  final Kind kind;
  final String name;
  final List<Node> nodes;
  final Trait trait;
  final @Nullable OperatorSupport support;
  final boolean isIgnored;
  final List<Point> ports = new ArrayList<>();
  final List<String> outputs;

  /** Where a quantizer of everything that this operation gives would stand. */
  final Point after;

  Operation(
      Kind kind,
      String name,
      List<Node> nodes,
      Trait trait,
      @Nullable OperatorSupport support,
      boolean isIgnored,
      List<String> outputs) {
    this.kind = kind;
    this.name = name;
    this.nodes = nodes;
    this.trait = trait;
    this.support = support;
    this.isIgnored = isIgnored;
    this.outputs = outputs;
    this.after = new Point(this, -1, outputs.isEmpty() ? "" : outputs.get(0), false);
  }

  /** The first node: its inputs are those of the operation, its operator names the operation. */
  @Nullable Node firstNode() {
    return nodes.isEmpty() ? null : nodes.get(0);
  }

  /** True when quantizers may move from behind this operation to before it. */
  boolean isPassable() {
    return kind == Kind.NODE
        && !isIgnored
        && (trait == Trait.AGNOSTIC || trait == Trait.CONCATENATION);
  }

  @Override
  public String toString() {
    return name;
  }
}
