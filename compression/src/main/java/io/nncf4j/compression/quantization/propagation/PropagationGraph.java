package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The graph on which quantizers move: operations with the points before and behind them. Constant
 * sub-graphs and shape arithmetic are left out.
 */
final class PropagationGraph {
  private final Graph graph;
  private final LiveNodes live;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Operation> producers = new HashMap<>();
  private final Map<Operation, List<Point>> readers = new HashMap<>();

  /**
   * @param ignored names of nodes that stay in float
   * @param quantizedTypes element types that are quantized; all else counts as integer
   */
  PropagationGraph(
      Graph graph, OperatorTraits traits, Set<String> ignored, Set<DataType> quantizedTypes) {
    this.graph = graph;
    live = new LiveNodes(graph);
    FusedBlocks blocks = new FusedBlocks(graph, live);
    Set<Node> fusedToInputs = new LinkedHashSet<>();
    for (Value input : graph.inputs()) {
      List<Node> block = blocks.blockOfInput(input.name());
      fusedToInputs.addAll(block);
      List<String> outputs =
          block.isEmpty() ? List.of(input.name()) : block.get(block.size() - 1).outputs();
      add(
          new Operation(
              Operation.Kind.INPUT,
              input.name(),
              block,
              Trait.NON_QUANTIZABLE,
              null,
              false,
              outputs));
    }
    for (Node node : graph.nodes()) {
      List<Node> block = blocks.blockOf(node);
      if (!live.isLive(node) || fusedToInputs.contains(node) || block.get(0) != node) {
        continue;
      }
      boolean isIgnored = block.stream().anyMatch(member -> ignored.contains(member.name()));
      List<String> outputs =
          block.get(block.size() - 1).outputs().stream()
              .filter(output -> !output.isEmpty())
              .toList();
      Trait trait = isIgnored ? Trait.NON_QUANTIZABLE : traits.traitOf(graph, node);
      Operation operation =
          new Operation(
              Operation.Kind.NODE,
              node.name(),
              block,
              trait,
              traits.support(graph, node),
              isIgnored,
              outputs);
      addPorts(operation, block, quantizedTypes);
      add(operation);
    }
    for (Value output : graph.outputs()) {
      Operation operation =
          new Operation(
              Operation.Kind.OUTPUT,
              output.name(),
              List.of(),
              Trait.NON_QUANTIZABLE,
              null,
              false,
              List.of());
      if (live.isLive(output.name())) {
        operation.ports.add(
            new Point(operation, 0, output.name(), isInteger(output.name(), quantizedTypes)));
      }
      add(operation);
    }
    for (Operation operation : operations) {
      for (Point port : operation.ports) {
        Operation producer = producers.get(port.value);
        if (producer != null) {
          readers.computeIfAbsent(producer, key -> new ArrayList<>()).add(port);
        }
      }
    }
  }

  private void add(Operation operation) {
    operations.add(operation);
    operation.outputs.forEach(output -> producers.put(output, operation));
  }

  private void addPorts(Operation operation, List<Node> block, Set<DataType> quantizedTypes) {
    Node first = block.get(0);
    for (int index = 0; index < first.inputs().size(); index++) {
      String value = first.input(index);
      if (live.isLive(value)) {
        operation.ports.add(new Point(operation, index, value, isInteger(value, quantizedTypes)));
      }
    }
    int captured = -2;
    for (Node node : block) {
      for (Graph body : node.attributes().graphs()) {
        for (String value : body.captured()) {
          if (live.isLive(value)) {
            operation.ports.add(
                new Point(operation, captured--, value, isInteger(value, quantizedTypes)));
          }
        }
      }
    }
  }

  private boolean isInteger(String value, Set<DataType> quantizedTypes) {
    return !OperatorTraits.isFloat(graph.tensorType(value), quantizedTypes);
  }

  List<Operation> operations() {
    return operations;
  }

  boolean isLive(String value) {
    return live.isLive(value);
  }

  /** The operation that gives the value at {@code port}. */
  Operation producerOf(Point port) {
    Operation producer = producers.get(port.value);
    if (producer == null) {
      throw new IllegalStateException("No operation gives the value " + port.value);
    }
    return producer;
  }

  /** The inputs that read what {@code operation} gives. */
  List<Point> readersOf(Operation operation) {
    return readers.getOrDefault(operation, List.of());
  }

  /** The first operations below {@code operation} that do more than move values. */
  Set<Operation> firstNonAgnosticBelow(Operation operation) {
    Set<Operation> found = new LinkedHashSet<>();
    Set<Operation> seen = new LinkedHashSet<>();
    Deque<Operation> open = new ArrayDeque<>(List.of(operation));
    while (!open.isEmpty()) {
      for (Point reader : readersOf(open.remove())) {
        if (reader.operation.trait != Trait.AGNOSTIC || reader.operation.isIgnored) {
          found.add(reader.operation);
        } else if (seen.add(reader.operation)) {
          open.add(reader.operation);
        }
      }
    }
    return found;
  }

  /** Quantizers that stand below {@code operation} with none in between. */
  Set<MovingQuantizer> quantizersJustBelow(Operation operation) {
    Set<MovingQuantizer> found = new LinkedHashSet<>();
    Set<Operation> seen = new LinkedHashSet<>();
    Deque<Operation> open = new ArrayDeque<>(List.of(operation));
    while (!open.isEmpty()) {
      for (Point reader : readersOf(open.remove())) {
        if (reader.placed != null) {
          found.add(reader.placed);
        } else if (reader.operation.after.placed != null) {
          found.add(reader.operation.after.placed);
        } else if (seen.add(reader.operation)) {
          open.add(reader.operation);
        }
      }
    }
    return found;
  }
}
