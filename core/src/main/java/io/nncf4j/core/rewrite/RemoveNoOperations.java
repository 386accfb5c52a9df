package io.nncf4j.core.rewrite;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import java.util.HashSet;
import java.util.Set;

/**
 * Removes nodes that give back what they read, and joins two Transposes in a row.
 *
 * <pre>
 *   x -- Identity -- Relu -- y                   x -- Relu -- y
 *   x -- Transpose -- Transpose -- Relu -- y     x -- Relu -- y
 * </pre>
 *
 * <p>These are Identity; Dropout in inference; Cast to the type that is there; Reshape, Flatten,
 * Expand, Squeeze, Unsqueeze to the shape that is there; Transpose in order; Pad by nothing; Slice
 * of everything; Tile once; Concat, Sum, Max, Min and Mean of one tensor; Clip without bounds.
 * Shapes and types must be recorded: infer them first. An Identity from an input or constant
 * straight to a graph output stays, since both names are promised to callers.
 */
public record RemoveNoOperations() implements Pass {
  @Override
  public PassResult apply(Model model) {
    return Scope.rewrite(model, RemoveNoOperations::remove);
  }

  private static Graph remove(Scope scope) {
    Graph graph = scope.graph();
    while (true) {
      Graph smaller = removeOnce(scope.of(graph));
      if (smaller == graph) {
        return graph;
      }
      graph = smaller;
    }
  }

  /** One round; nodes next to a node that was changed in it wait for the next round. */
  private static Graph removeOnce(Scope scope) {
    Graph graph = scope.graph();
    GraphEditor editor = scope.editor();
    Set<String> touched = new HashSet<>();
    for (Node node : graph.nodes()) {
      String input = node.input(0);
      if (touched.contains(input)) {
        continue;
      }
      if (NoOperation.is(node, scope)) {
        if (bypass(node, graph, editor)) {
          touched.addAll(node.outputs());
          touched.add(input);
        }
      } else if (JoinedTransposes.apply(node, graph, editor)) {
        touched.add(node.output(0));
      }
    }
    return touched.isEmpty() ? graph : editor.removeUnused().build();
  }

  private static boolean bypass(Node node, Graph graph, GraphEditor editor) {
    String input = node.input(0);
    String output = node.output(0);
    if (!graph.isOutput(output)) {
      editor.remove(node.name());
      editor.redirect(output, input);
      return true;
    }
    Node producer = graph.producer(input);
    if (producer != null && !graph.isOutput(input)) {
      // The producer takes over the name that callers know.
      editor.remove(node.name());
      Node current = editor.node(producer.name());
      editor.replace(
          current.withOutputs(
              current.outputs().stream()
                  .map(value -> value.equals(input) ? output : value)
                  .toList()));
      editor.redirect(input, output);
      return true;
    }
    if (node.is("Identity")) {
      return false;
    }
    editor.replace(
        Node.onnx(
            node.name(),
            "Identity",
            io.nncf4j.core.graph.Attributes.NONE,
            java.util.List.of(input),
            java.util.List.of(output)));
    return true;
  }
}
