package io.nncf4j.core.pass;

import io.nncf4j.core.Finding;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A list of passes, run one after the other, with the verifier after each one that returned another
 * model. Itself a pass.
 */
public record Pipeline(String name, List<Pass> passes, Verifier verifier) implements Pass {
  public Pipeline {
    passes = List.copyOf(passes);
  }

  public static Pipeline of(String name, Pass... passes) {
    return new Pipeline(name, List.of(passes), Verifier.STANDARD);
  }

  @Override
  public PassResult apply(Model model) {
    List<Finding> findings = new ArrayList<>();
    Model current = model;
    for (Pass pass : passes) {
      PassResult result = pass.apply(current);
      findings.addAll(result.findings());
      if (result.model() != current) {
        List<String> problems = verifier.verify(result.model());
        if (!problems.isEmpty()) {
          throw new NncfException(
              "The pass "
                  + pass.name()
                  + " left the model inconsistent: "
                  + String.join("; ", problems));
        }
      }
      current = result.model();
    }
    return PassResult.of(model, current, findings);
  }

  @Override
  public String toString() {
    return name + passes.stream().map(Pass::name).collect(Collectors.joining(" -> ", "[", "]"));
  }
}
