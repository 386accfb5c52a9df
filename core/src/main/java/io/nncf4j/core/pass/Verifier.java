package io.nncf4j.core.pass;

import io.nncf4j.core.graph.Model;
import java.util.List;

/**
 * Checks what a pass may have broken. A {@code Graph} is well formed by construction; a verifier
 * asks whether its operators are used rightly.
 */
@FunctionalInterface
public interface Verifier {
  /** Finds nothing wrong, ever: for tests of passes on graphs of made-up operators. */
  Verifier NONE = model -> List.of();

  /** The checks of {@link StandardVerifier}. */
  Verifier STANDARD = new StandardVerifier();

  /** These and shape inference over the whole model, which takes longer: for tests. */
  Verifier THOROUGH = new ShapeVerifier();

  /** One sentence for each problem, with the names concerned; empty when all is well. */
  List<String> verify(Model model);
}
