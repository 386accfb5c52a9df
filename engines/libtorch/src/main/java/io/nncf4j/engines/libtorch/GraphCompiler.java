package io.nncf4j.engines.libtorch;

import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.UnsupportedOperatorException.Unsupported;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.Arguments;
import io.nncf4j.engines.libtorch.operators.Operation;
import io.nncf4j.engines.libtorch.operators.OperatorCompiler;
import io.nncf4j.engines.libtorch.operators.OperatorTable;
import io.nncf4j.engines.libtorch.operators.Registers;
import io.nncf4j.engines.libtorch.operators.UnsupportedNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a graph: every value gets a register, every node becomes one call, and a liveness table
 * says after which call each register is released.
 */
final class GraphCompiler {
  private static final int ABSENT = -1;

  /** Where constants go: kept registers, as plain constants or as tensors that are trained. */
  interface ConstantPlacement {
    /** Register of the constant, which has the path name {@code path}. */
    int place(String path, Tensor tensor);

    /** True when the constant changes in training, so that nothing may be derived from it early. */
    boolean isTrained(String path);
  }

  /** A graph or body whose values have registers. */
  static final class Scope {
    final Graph graph;
    final String path;
    final @Nullable Scope outer;
    final Map<String, Integer> registers = new HashMap<>();
    final Map<String, Tensor> fixed = new HashMap<>();

    Scope(Graph graph, String path, @Nullable Scope outer) {
      this.graph = graph;
      this.path = path;
      this.outer = outer;
    }

    /** Register of a value of this scope or of one around it. */
    int register(String value) {
      for (Scope scope = this; scope != null; scope = scope.outer) {
        Integer register = scope.registers.get(value);
        if (register != null) {
          return register;
        }
      }
      throw new IllegalStateException("no register for the value " + value);
    }

    /** Content of a constant that is not trained, of this scope or of one around it. */
    @Nullable Tensor fixed(String value) {
      for (Scope scope = this; scope != null; scope = scope.outer) {
        if (scope.registers.containsKey(value)) {
          return scope.fixed.get(value);
        }
      }
      return null;
    }
  }

  /** A compiled graph with the registers of its inputs and outputs, in their order. */
  record Compiled(Program program, Scope scope, int[] inputs, int[] outputs) {}

  private final Model model;
  private final Registers registers;
  private final ConstantPlacement placement;
  private final boolean trainable;
  private final OperatorTable table = OperatorTable.standard();
  private final HostNodes hostNodes = new HostNodes();
  private final List<Unsupported> unsupported = new ArrayList<>();

  GraphCompiler(Model model, Registers registers, ConstantPlacement placement, boolean trainable) {
    this.model = model;
    this.registers = registers;
    this.placement = placement;
    this.trainable = trainable;
  }

  /**
   * Compiles the main graph.
   *
   * @param probes inner values to be kept to the end of a run
   */
  Compiled compile(List<String> probes) {
    List<String> outputs = new ArrayList<>();
    model.graph().outputs().forEach(output -> outputs.add(output.name()));
    outputs.addAll(probes);
    Compiled compiled = compile(new Scope(model.graph(), "", null), outputs);
    if (!unsupported.isEmpty()) {
      throw new UnsupportedOperatorException("The libtorch engine", unsupported);
    }
    return compiled;
  }

  Compiled compileBody(Graph body, String path, Scope outer) {
    return compile(new Scope(body, path, outer), body.outputs().stream().map(Value::name).toList());
  }

  private Compiled compile(Scope scope, List<String> outputs) {
    Graph graph = scope.graph;
    Set<String> alive = new HashSet<>(outputs);
    for (Value input : graph.inputs()) {
      scope.registers.put(input.name(), registers.allocate());
    }
    graph.constants().forEach((name, tensor) -> place(scope, name, tensor));
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Tensor constant = node.is("Constant") ? ConstantNodes.valueOf(node) : null;
      if (constant != null) {
        place(scope, node.output(0), constant);
        continue;
      }
      nodes.add(node);
      for (String output : node.outputs()) {
        if (!output.isEmpty()) {
          scope.registers.put(output, registers.allocate());
        }
      }
    }
    List<List<Integer>> released = liveness(scope, nodes, alive);
    List<Program.Instruction> instructions = new ArrayList<>();
    for (int index = 0; index < nodes.size(); index++) {
      Node node = nodes.get(index);
      Operation operation = operation(scope, node, alive);
      if (operation != null) {
        instructions.add(
            new Program.Instruction(
                node,
                scope.path + node.name(),
                operation,
                arguments(scope, node, alive),
                released.get(index).stream().mapToInt(Integer::intValue).toArray()));
      }
    }
    return new Compiled(
        new Program(instructions),
        scope,
        graph.inputs().stream().mapToInt(input -> scope.register(input.name())).toArray(),
        outputs.stream().mapToInt(scope::register).toArray());
  }

  private void place(Scope scope, String name, Tensor tensor) {
    String path = scope.path + name;
    scope.registers.put(name, placement.place(path, tensor));
    if (!placement.isTrained(path)) {
      scope.fixed.put(name, tensor);
    }
  }

  /** For each node, the registers that nobody reads after it. */
  private static List<List<Integer>> liveness(Scope scope, List<Node> nodes, Set<String> alive) {
    Map<Node, Integer> positions = new HashMap<>();
    List<List<Integer>> released = new ArrayList<>();
    for (int index = 0; index < nodes.size(); index++) {
      positions.put(nodes.get(index), index);
      released.add(new ArrayList<>());
    }
    Set<String> values = new HashSet<>();
    scope.graph.inputs().forEach(input -> values.add(input.name()));
    nodes.forEach(node -> values.addAll(node.outputs()));
    values.remove("");
    values.removeAll(alive);
    for (String value : values) {
      scope.graph.uses(value).stream()
          .mapToInt(use -> positions.getOrDefault(use.node(), ABSENT))
          .max()
          .ifPresent(last -> released.get(last).add(scope.register(value)));
    }
    return released;
  }

  private Arguments arguments(Scope scope, Node node, Set<String> alive) {
    int[] inputs =
        node.inputs().stream()
            .mapToInt(input -> input.isEmpty() ? ABSENT : scope.register(input))
            .toArray();
    int[] outputs =
        node.outputs().stream()
            .mapToInt(output -> isRead(scope, output, alive) ? scope.register(output) : ABSENT)
            .toArray();
    return new Arguments(node, registers, inputs, outputs);
  }

  private static boolean isRead(Scope scope, String output, Set<String> alive) {
    return !output.isEmpty() && (alive.contains(output) || !scope.graph.uses(output).isEmpty());
  }

  private @Nullable Operation operation(Scope scope, Node node, Set<String> alive) {
    Operation onHost = hostNodes.compile(scope, node);
    if (onHost != null) {
      return onHost;
    }
    OperatorCompiler compiler = table.find(node.operator());
    String name = scope.path + node.name();
    if (compiler == null) {
      unsupported.add(
          new Unsupported(name, node.operator().toString(), "the operator is not known"));
      return null;
    }
    try {
      CompilingNode context = new CompilingNode(this, model, scope, node, alive, trainable);
      context.refuseUntrainableConstants();
      return compiler.compile(context);
    } catch (UnsupportedNode e) {
      unsupported.add(
          new Unsupported(name, node.operator().toString(), String.valueOf(e.getMessage())));
      return null;
    }
  }

  Registers registers() {
    return registers;
  }
}
