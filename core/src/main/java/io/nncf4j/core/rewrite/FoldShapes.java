package io.nncf4j.core.rewrite;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.Tensor;

/**
 * Replaces arithmetic on shapes by its result where that follows from static dimensions, and
 * records the types of all values.
 *
 * <pre>
 *   x: [batch, 3, 8, 8] -- Shape -- Gather(1) -- y        constant y = 3
 * </pre>
 *
 * <p>Dimensions that are symbols stay computed. Works on the main graph; bodies keep theirs.
 */
public record FoldShapes() implements Pass {
  @Override
  public PassResult apply(Model model) {
    ShapeInference.Result inferred = ShapeInference.analyse(model);
    Graph graph = inferred.model().graph();
    GraphEditor editor = new GraphEditor(graph);
    boolean changed = false;
    for (Node node : graph.nodes()) {
      Tensor content = inferred.contents().get(node.output(0));
      boolean single = node.outputs().size() == 1 && !graph.isOutput(node.output(0));
      if (content != null && single && !node.is("Constant")) {
        editor.remove(node.name());
        editor.constant(node.output(0), content);
        changed = true;
      }
    }
    Graph after = changed ? editor.removeUnused().build() : graph;
    return after.equals(model.graph())
        ? new PassResult(model, PassResult.unchanged(model).diff(), inferred.findings())
        : PassResult.of(model, model.withGraph(after), inferred.findings());
  }
}
