package io.nncf4j.core.pass;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.List;

/** Every operator domain used has a version. */
final class StandardVerifier implements Verifier {
  @Override
  public List<String> verify(Model model) {
    List<String> problems = new ArrayList<>();
    verify(model, model.graph(), problems);
    return problems;
  }

  private static void verify(Model model, Graph graph, List<String> problems) {
    for (Node node : graph.nodes()) {
      if (!model.opsets().containsKey(node.operator().domain())) {
        problems.add(
            "node \""
                + node.name()
                + "\" uses the operator "
                + node.operator()
                + ", but the model names no version of its domain");
      }
      node.attributes().graphs().forEach(body -> verify(model, body, problems));
    }
  }
}
