package io.nncf4j.core.rewrite;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;

/**
 * Removes nodes and constants that no output depends on.
 *
 * <pre>
 *   x -- Relu -- y (output)        x -- Relu -- y (output)
 *    \-- Exp -- z
 * </pre>
 *
 * <p>Graph inputs stay, because callers name them.
 */
public record RemoveUnused() implements Pass {
  @Override
  public PassResult apply(Model model) {
    return Scope.rewrite(
        model,
        scope -> {
          Graph before = scope.graph();
          Graph after = scope.editor().removeUnused().build();
          return after.nodes().size() == before.nodes().size()
                  && after.constants().size() == before.constants().size()
              ? before
              : after;
        });
  }
}
