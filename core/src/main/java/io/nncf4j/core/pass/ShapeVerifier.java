package io.nncf4j.core.pass;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import java.util.ArrayList;
import java.util.List;

/**
 * The checks of {@link StandardVerifier}, and shape inference over the whole model: operators whose
 * inputs cannot be right, and recorded types that are not what inference finds.
 */
final class ShapeVerifier implements Verifier {
  @Override
  public List<String> verify(Model model) {
    List<String> problems = new ArrayList<>(Verifier.STANDARD.verify(model));
    try {
      for (Finding finding : ShapeInference.analyse(model).findings()) {
        problems.add(finding.message() + " " + finding.nodes());
      }
    } catch (InputException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    return problems;
  }
}
