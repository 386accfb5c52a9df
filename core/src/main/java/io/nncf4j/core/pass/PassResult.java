package io.nncf4j.core.pass;

import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphDiff;
import io.nncf4j.core.graph.Model;
import java.util.List;

/**
 * What a pass made.
 *
 * @param model the new model, or the very object given when there was nothing to do
 * @param diff what changed in the main graph; a changed body shows as a changed node
 * @param findings what the user should know, such as nodes that looked like a match and why they
 *     were none
 */
public record PassResult(Model model, GraphDiff diff, List<Finding> findings) {
  public PassResult {
    findings = List.copyOf(findings);
  }

  public static PassResult unchanged(Model model) {
    return new PassResult(model, GraphDiff.between(model.graph(), model.graph()), List.of());
  }

  /** The result of turning {@code before} into {@code after}, with the difference computed. */
  public static PassResult of(Model before, Model after, List<Finding> findings) {
    return new PassResult(after, GraphDiff.between(before.graph(), after.graph()), findings);
  }

  public static PassResult of(Model before, Graph after) {
    return of(before, before.withGraph(after), List.of());
  }

  /** True when the pass returned another model than it was given. */
  public boolean hasChanged() {
    return !diff.isEmpty();
  }
}
