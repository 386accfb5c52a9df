package io.nncf4j.core.rewrite;

import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Bodies;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One graph of a model, main graph or body, as a rewrite sees it: with the constants of the graphs
 * around it, an editor that knows all names, and a place for findings.
 */
public final class Scope {
  private final Graph graph;
  private final @Nullable Scope outer;
  private final Model model;
  private final Set<String> names;
  private final List<Finding> findings;

  private Scope(
      Graph graph, @Nullable Scope outer, Model model, Set<String> names, List<Finding> findings) {
    this.graph = graph;
    this.outer = outer;
    this.model = model;
    this.names = names;
    this.findings = findings;
  }

  /**
   * Applies {@code change} to every graph of the model, bodies before the graphs that own them. A
   * change that has nothing to do returns the graph of its scope.
   */
  public static PassResult rewrite(Model model, Function<Scope, Graph> change) {
    List<Finding> findings = new ArrayList<>();
    Set<String> names = model.graph().allNames();
    Graph after = apply(new Scope(model.graph(), null, model, names, findings), change);
    return after == model.graph()
        ? new PassResult(model, PassResult.unchanged(model).diff(), findings)
        : PassResult.of(model, model.withGraph(after), findings);
  }

  private static Graph apply(Scope scope, Function<Scope, Graph> change) {
    Graph graph = scope.graph;
    GraphEditor editor = null;
    for (Node node : graph.nodes()) {
      if (node.attributes().graphs().isEmpty()) {
        continue;
      }
      Attributes attributes =
          Bodies.map(
              node.attributes(),
              body ->
                  apply(new Scope(body, scope, scope.model, scope.names, scope.findings), change));
      if (attributes != node.attributes()) {
        editor = editor == null ? new GraphEditor(graph) : editor;
        editor.replace(node.withAttributes(attributes));
      }
    }
    Graph inner = editor == null ? graph : editor.build();
    return change.apply(new Scope(inner, scope.outer, scope.model, scope.names, scope.findings));
  }

  /** The same place with another state of its graph, for rewrites that go round by round. */
  Scope of(Graph changed) {
    return new Scope(changed, outer, model, names, findings);
  }

  public Graph graph() {
    return graph;
  }

  public Model model() {
    return model;
  }

  /** True for a body, false for the main graph. */
  public boolean isBody() {
    return outer != null;
  }

  /** An editor of this graph whose fresh names hide no name of the model. */
  public GraphEditor editor() {
    return new GraphEditor(graph).reserve(names);
  }

  /** The tensor behind a value, here or in a graph around this one; null when it is no constant. */
  public @Nullable Tensor constant(String value) {
    if (graph.isDefined(value) || outer == null) {
      return graph.constantValue(value);
    }
    return outer.constant(value);
  }

  /** What is known of the type of a value, here or in a graph around this one. */
  public TensorType tensorType(String value) {
    if (graph.isDefined(value) || outer == null) {
      return graph.tensorType(value);
    }
    return outer.tensorType(value);
  }

  public void report(Finding finding) {
    findings.add(finding);
  }
}
