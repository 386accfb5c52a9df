package io.nncf4j.core.pattern;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.Map;

/** Whether a pattern was found, and what stands where in it or why not. */
public sealed interface MatchResult {
  /**
   * The pattern was found.
   *
   * @param nodes nodes by the names that the pattern gives them
   * @param values value names likewise
   * @param constants the tensors behind values that the pattern wants constant
   */
  record Match(Map<String, Node> nodes, Map<String, String> values, Map<String, Tensor> constants)
      implements MatchResult {
    public Match {
      nodes = Map.copyOf(nodes);
      values = Map.copyOf(values);
      constants = Map.copyOf(constants);
    }

    /** The node that the pattern calls {@code name}. */
    public Node node(String name) {
      return require(nodes.get(name), name);
    }

    /** The name of the value that the pattern calls {@code name}. */
    public String value(String name) {
      return require(values.get(name), name);
    }

    /** The constant that the pattern calls {@code name}. */
    public Tensor constant(String name) {
      return require(constants.get(name), name);
    }

    private static <T> T require(@org.jspecify.annotations.Nullable T found, String name) {
      if (found == null) {
        throw new InputException("The pattern binds nothing of the name \"" + name + "\"");
      }
      return found;
    }
  }

  /**
   * The pattern was not found.
   *
   * @param node name of the node at which matching stopped, or of the value where no node stands
   * @param reason a clause such as {@code "its output is read twice"}
   */
  record Mismatch(String node, String reason) implements MatchResult {
    @Override
    public String toString() {
      return "\"" + node + "\": " + reason;
    }
  }

  default boolean isMatch() {
    return this instanceof Match;
  }
}
