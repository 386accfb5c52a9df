package io.nncf4j.cli.convert;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Looks at a graph before it is converted and before it is written: no runtime would load a bad
 * one.
 */
final class CheckedGraph {
  private static final int PROBLEMS_SHOWN = 5;

  private CheckedGraph() {}

  /**
   * @param findings told of recorded shapes that are not what inference finds
   * @throws InputException naming the file, when nodes cannot be right
   */
  static void read(Path file, Model model, Collection<Finding> findings) {
    if (model.graph().outputs().isEmpty()) {
      throw new InputException(file + " has no outputs: there is nothing to convert");
    }
    List<String> problems = problems(model, findings);
    if (!problems.isEmpty()) {
      throw new InputException(
          file + " is not a valid model: " + shown(problems) + "; \"nncf inspect\" shows it");
    }
  }

  /**
   * @throws NncfException when the conversion made nodes that cannot be right
   */
  static void written(Path output, Model model) {
    List<String> problems = problems(model, new ArrayList<>());
    if (!problems.isEmpty()) {
      throw new NncfException(
          output
              + " would be no valid model and is not written; the conversion should not have made"
              + " this, please report it: "
              + shown(problems));
    }
  }

  private static List<String> problems(Model model, Collection<Finding> findings) {
    List<String> problems = new ArrayList<>(Verifier.STANDARD.verify(model));
    for (Finding finding : ShapeInference.analyse(model).findings()) {
      if (finding.code().equals("wrong-inputs")) {
        problems.add(finding.message());
      } else {
        findings.add(finding);
      }
    }
    return problems;
  }

  private static String shown(List<String> problems) {
    int hidden = problems.size() - PROBLEMS_SHOWN;
    return String.join("; ", problems.subList(0, Math.min(problems.size(), PROBLEMS_SHOWN)))
        + (hidden > 0 ? "; and " + hidden + " more" : "");
  }
}
