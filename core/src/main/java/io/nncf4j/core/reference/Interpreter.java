package io.nncf4j.core.reference;

import io.nncf4j.core.InputException;
import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Computes nodes and graphs exactly, slowly, and within limits.
 *
 * <p>Operators have the semantics of ONNX in its canonical version. Integer arithmetic wraps as the
 * element type does, division truncates; floating-point arithmetic is done in double precision and
 * rounded once to the type of the result. Tensors only: no sequences, no optional values.
 */
public final class Interpreter {
  /**
   * How much one run may do, bodies included.
   *
   * @param operations elements made plus multiply-adds done
   * @param loopSteps steps of all loops together
   */
  public record Limits(long operations, int loopSteps) {
    /** Enough for shape arithmetic and small constants: a fraction of a second. */
    public static Limits defaults() {
      return new Limits(1 << 24, 10_000);
    }

    public Limits withOperations(long newOperations) {
      return new Limits(newOperations, loopSteps);
    }
  }

  private final Limits limits;

  public Interpreter(Limits limits) {
    this.limits = limits;
  }

  public Interpreter() {
    this(Limits.defaults());
  }

  /** True when the node's operator, and all operators in its bodies, can be computed here. */
  public static boolean supports(Node node) {
    return Kernels.find(node.operator()) != null
        && node.attributes().graphs().stream()
            .allMatch(body -> body.nodes().stream().allMatch(Interpreter::supports));
  }

  /** Names of the operators that can be computed, in alphabetical order. */
  public static Set<String> operators() {
    return Kernels.names();
  }

  /**
   * The outputs of one node, by position.
   *
   * @param inputs by position; null for an absent optional input
   * @throws UnsupportedOperatorException when the operator is not known here
   * @throws BudgetExceededException when it takes more than the limits allow
   * @throws InputException when the inputs do not fit the operator
   */
  public List<Tensor> run(Node node, List<? extends @Nullable Tensor> inputs) {
    return run(node, inputs, value -> null);
  }

  /**
   * As {@link #run(Node, List)}, for a node with bodies.
   *
   * @param outer the values that bodies capture; null for one that is not known
   */
  public List<Tensor> run(
      Node node,
      List<? extends @Nullable Tensor> inputs,
      Function<String, @Nullable Tensor> outer) {
    return compute(node, inputs, outer, new Budget(limits));
  }

  /**
   * The outputs of a graph, in order.
   *
   * @param inputs one tensor for each input of the graph, by name
   */
  public List<Tensor> run(Graph graph, Map<String, Tensor> inputs) {
    return compute(graph, inputs, value -> null, new Budget(limits));
  }

  private static List<Tensor> compute(
      Graph graph,
      Map<String, Tensor> inputs,
      Function<String, @Nullable Tensor> outer,
      Budget budget) {
    Map<String, Tensor> values = new HashMap<>(graph.constants());
    for (Value input : graph.inputs()) {
      Tensor given = inputs.get(input.name());
      if (given == null) {
        throw new InputException("The graph's input \"" + input.name() + "\" was not given");
      }
      values.put(input.name(), given);
    }
    Function<String, @Nullable Tensor> visible =
        value -> {
          Tensor here = values.get(value);
          return here != null ? here : outer.apply(value);
        };
    for (Node node : graph.nodes()) {
      List<@Nullable Tensor> arguments = new ArrayList<>();
      for (String input : node.inputs()) {
        arguments.add(input.isEmpty() ? null : require(visible, input, node));
      }
      List<Tensor> results = compute(node, arguments, visible, budget);
      for (int index = 0; index < node.outputs().size(); index++) {
        if (!node.output(index).isEmpty()) {
          values.put(node.output(index), results.get(index));
        }
      }
    }
    List<Tensor> outputs = new ArrayList<>();
    for (Value output : graph.outputs()) {
      Tensor found = visible.apply(output.name());
      if (found == null) {
        throw new InputException("The graph's output \"" + output.name() + "\" has no value");
      }
      outputs.add(found);
    }
    return outputs;
  }

  private static Tensor require(
      Function<String, @Nullable Tensor> visible, String value, Node reader) {
    Tensor found = visible.apply(value);
    if (found == null) {
      throw new InputException(
          "Node \"" + reader.name() + "\" reads \"" + value + "\", which has no value here");
    }
    return found;
  }

  private static List<Tensor> compute(
      Node node,
      List<? extends @Nullable Tensor> inputs,
      Function<String, @Nullable Tensor> outer,
      Budget budget) {
    Kernel kernel = Kernels.find(node.operator());
    if (kernel == null) {
      throw new UnsupportedOperatorException(
          "The reference interpreter",
          List.of(
              new UnsupportedOperatorException.Unsupported(
                  node.name(), node.operator().toString(), "it has no kernel for it")));
    }
    List<@Nullable Tensor> arguments = new ArrayList<>(inputs);
    Call call =
        new Call(
            node,
            arguments,
            budget,
            (body, bodyInputs) -> compute(body, named(node, body, bodyInputs), outer, budget));
    List<Tensor> results;
    try {
      results = kernel.run(call);
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      // Kernels read shapes and attributes by position; too few of them show like this.
      throw call.problem("its inputs " + arguments + " do not fit it: " + e.getMessage());
    }
    for (int index = results.size(); index < node.outputs().size(); index++) {
      if (!node.output(index).isEmpty()) {
        throw call.problem(
            "the reference interpreter computes " + results.size() + " of its outputs only");
      }
    }
    return results;
  }

  private static Map<String, Tensor> named(Node node, Graph body, List<Tensor> inputs) {
    if (body.inputs().size() != inputs.size()) {
      throw new InputException(
          "Node \""
              + node.name()
              + "\": its body takes "
              + body.inputs().size()
              + " inputs, it gives "
              + inputs.size());
    }
    Map<String, Tensor> byName = new HashMap<>();
    for (int index = 0; index < inputs.size(); index++) {
      byName.put(body.inputs().get(index).name(), inputs.get(index));
    }
    return byName;
  }
}
