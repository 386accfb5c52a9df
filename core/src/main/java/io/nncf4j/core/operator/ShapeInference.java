package io.nncf4j.core.operator;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds type and shape of every value of a model, in bodies too.
 *
 * <p>Nodes are walked in order; each asks its operator's {@link Inference}. Small integer tensors
 * are followed through the arithmetic that models do on shapes, so that the target of a Reshape or
 * the scales of a Resize give symbolic dimensions (see {@link
 * io.nncf4j.core.symbolic.SymbolicInteger}). Operators without a schema leave what the model
 * declares for their outputs.
 *
 * <p>What is inferred stands above what an inner value was declared as: such declarations are often
 * stale in real files, and a finding says so. A declared <em>output</em> is a promise to the
 * caller: if inference finds another rank, length or element type, the model is refused.
 *
 * <p>Time is bounded: each node is visited once, in nested loops a fixed number of times, and
 * expressions are bounded in size; beyond the bounds a shape is unknown.
 */
public final class ShapeInference {
  /**
   * @param model the model with the types of all values that are known
   * @param findings {@code stale-type} for each inner value whose declared type was wrong, {@code
   *     wrong-output-shape} for each output, {@code wrong-inputs} for each node whose inputs cannot
   *     be right, whose outputs keep their declared types
   * @param contents small tensors of the main graph whose every element is known although nodes
   *     compute them, such as the shape of a value of static shape
   */
  public record Result(Model model, List<Finding> findings, Map<String, Tensor> contents) {
    public Result {
      findings = List.copyOf(findings);
      contents = Map.copyOf(contents);
    }
  }

  private ShapeInference() {}

  /**
   * The model with types for all values that can be known.
   *
   * @throws InputException when a node's inputs cannot be right, or the element type of an output
   *     is not the declared one; the message names the node
   */
  public static Model infer(Model model) {
    return run(model, false).model();
  }

  /** As {@link #infer}, but what is wrong with a node is a finding and never an exception. */
  public static Result analyse(Model model) {
    return run(model, true);
  }

  private static Result run(Model model, boolean tolerant) {
    GraphInference inference = new GraphInference(OperatorSchemas.standard(), tolerant);
    Graph typed = inference.infer(model.graph());
    return new Result(model.withGraph(typed), inference.findings(), inference.contents());
  }

  /**
   * The model for inputs of other shapes: inputs that are named take theirs, recorded types of
   * outputs and inner values are forgotten, and everything is inferred anew.
   *
   * @throws InputException when the model has no such input, or the shapes do not fit it
   */
  public static Model inferFor(Model model, Map<String, Shape> inputShapes) {
    Graph graph = model.graph();
    for (String name : inputShapes.keySet()) {
      if (!graph.isInput(name)) {
        throw new InputException(
            "The model has no input \""
                + name
                + "\"; its inputs are "
                + graph.inputs().stream().map(Value::name).toList());
      }
    }
    List<Value> inputs = new ArrayList<>();
    for (Value input : graph.inputs()) {
      Shape shape = inputShapes.get(input.name());
      inputs.add(
          shape == null ? input : new Value(input.name(), input.tensorType().withShape(shape)));
    }
    List<Value> outputs =
        graph.outputs().stream()
            .map(
                output ->
                    output.type() instanceof TensorType tensor
                        ? new Value(output.name(), tensor.withShape(null))
                        : output)
            .toList();
    Graph open =
        new Graph(graph.name(), inputs, outputs, graph.constants(), graph.nodes(), Map.of());
    return infer(model.withGraph(open));
  }
}
