package io.nncf4j.core.rewrite;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.reference.Interpreter;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Computes nodes that read nothing but constants.
 *
 * <pre>
 *   constant -- Transpose -- y        constant y
 *   Constant(value) -- y              constant y
 * </pre>
 *
 * <p>Left alone: dequantization and fake quantization of weights, which fold to floats what was
 * made small; nodes with bodies; operators that the interpreter does not know, among them all that
 * draw random numbers; results larger than both {@code maximumElements} and their inputs, unless
 * they are half-precision weights made float32; work beyond {@code maximumOperations}, which is an
 * engine's; and values that are graph outputs.
 *
 * @param maximumOperations budget for one node
 * @param maximumElements a result of at most so many elements may be larger than its inputs
 */
public record FoldConstants(long maximumOperations, long maximumElements) implements Pass {
  public static FoldConstants defaults() {
    return new FoldConstants(1 << 22, 1 << 12);
  }

  @Override
  public PassResult apply(Model model) {
    return Scope.rewrite(model, this::fold);
  }

  private Graph fold(Scope scope) {
    Graph graph = scope.graph();
    Interpreter interpreter =
        new Interpreter(Interpreter.Limits.defaults().withOperations(maximumOperations));
    GraphEditor editor = scope.editor();
    Map<String, Tensor> known = new HashMap<>();
    boolean changed = false;
    for (Node node : graph.nodes()) {
      if (!isCandidate(node, graph)) {
        continue;
      }
      List<@Nullable Tensor> inputs = inputs(node, scope, known);
      List<Tensor> results = inputs == null ? null : compute(interpreter, node, inputs);
      if (results == null) {
        continue;
      }
      editor.remove(node.name());
      for (int index = 0; index < node.outputs().size(); index++) {
        if (!node.output(index).isEmpty()) {
          known.put(node.output(index), results.get(index));
          editor.constant(node.output(index), results.get(index));
        }
      }
      changed = true;
    }
    return changed ? editor.removeUnused().build() : graph;
  }

  private static boolean isCandidate(Node node, Graph graph) {
    return !node.is("DequantizeLinear", "QuantizeLinear")
        && !FakeQuantize.is(node)
        && node.attributes().graphs().isEmpty()
        && Interpreter.supports(node)
        && node.outputs().stream().noneMatch(graph::isOutput);
  }

  private static @Nullable List<@Nullable Tensor> inputs(
      Node node, Scope scope, Map<String, Tensor> known) {
    List<@Nullable Tensor> inputs = new ArrayList<>();
    for (String input : node.inputs()) {
      Tensor tensor = input.isEmpty() ? null : known.getOrDefault(input, scope.constant(input));
      if (tensor == null && !input.isEmpty()) {
        return null;
      }
      inputs.add(tensor);
    }
    return inputs;
  }

  /** Half precision is a form of storing; passes and runtimes want the weights themselves. */
  private static boolean widensHalf(Node node, List<@Nullable Tensor> inputs) {
    Tensor input = node.is("Cast") && inputs.size() == 1 ? inputs.get(0) : null;
    return input != null
        && (input.dataType() == DataType.FLOAT16 || input.dataType() == DataType.BFLOAT16);
  }

  private @Nullable List<Tensor> compute(
      Interpreter interpreter, Node node, List<@Nullable Tensor> inputs) {
    List<Tensor> results;
    try {
      results = interpreter.run(node, inputs);
    } catch (NncfException e) {
      // Too much for here, or wrong: whoever runs the model will say so with the same words.
      return null;
    }
    long given = 0;
    for (Tensor input : inputs) {
      given += input == null ? 0 : input.byteCount();
    }
    boolean isConstant = node.is("Constant") || widensHalf(node, inputs);
    for (Tensor result : results) {
      if (!isConstant && result.size() > maximumElements && result.byteCount() > given) {
        return null;
      }
    }
    return results;
  }
}
