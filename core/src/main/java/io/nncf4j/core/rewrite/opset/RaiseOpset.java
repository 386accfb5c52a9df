package io.nncf4j.core.rewrite.opset;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import java.util.List;
import java.util.Map;

/**
 * Rewrites the standard operators of an older opset into their form of opset {@code target}; a
 * model that is newer already stays as it is. Results in a runtime are the same bit for bit.
 *
 * <pre>
 *   before, opset 9:    x -> Unsqueeze(axes=[0]) -> y
 *   after, opset 21:    x -> Unsqueeze <- [0]    -> y
 * </pre>
 *
 * <p>Operators of other domains are left alone. Source of the forms: the changelog of the ONNX
 * operators.
 *
 * @param target the opset to raise to
 */
public record RaiseOpset(int target) implements Pass {
  /** Raises to {@link Model#CANONICAL_OPSET}. */
  public static RaiseOpset canonical() {
    return new RaiseOpset(Model.CANONICAL_OPSET);
  }

  /**
   * @throws io.nncf4j.core.InputException when a node has an old form that cannot be expressed
   */
  @Override
  public PassResult apply(Model model) {
    if (model.opset() >= target) {
      return PassResult.unchanged(model);
    }
    Graph raised = raise(model.graph(), model.opset());
    return PassResult.of(model, model.withGraph(raised).withOpset("", target), List.of());
  }

  /** Raises a single graph whose operators have version {@code from}. */
  public Graph raise(Graph graph, int from) {
    if (from >= target) {
      return graph;
    }
    KnownTypes recorded = new KnownTypes(Map.of());
    Graph raised = raise(graph, from, recorded);
    if (!recorded.isMissing()) {
      return raised;
    }
    Map<String, ValueType> inferred = inferTypes(raised);
    return inferred.isEmpty() ? raised : raise(graph, from, new KnownTypes(inferred));
  }

  private Graph raise(Graph graph, int from, KnownTypes types) {
    return new Raising(graph, from, target, graph.allNames(), null, types).run();
  }

  /** Types of inner values; none when they contradict each other, which is not said here. */
  private Map<String, ValueType> inferTypes(Graph raised) {
    try {
      return ShapeInference.infer(Model.of(raised).withOpset("", target)).graph().types();
    } catch (InputException contradiction) {
      return Map.of();
    }
  }
}
