package io.nncf4j.formats.pytorch.script;

import java.util.List;
import java.util.Map;

/** What a file of code defines. */
sealed interface Definition {
  /**
   * @param defaults expressions of parameters that may be left out
   */
  record Function(
      String name, List<String> parameters, Map<String, Expression> defaults, List<Statement> body)
      implements Definition {}

  /**
   * @param constants attributes with a value in the code
   */
  record Type(String name, Map<String, Expression> constants, Map<String, Function> methods)
      implements Definition {}
}
