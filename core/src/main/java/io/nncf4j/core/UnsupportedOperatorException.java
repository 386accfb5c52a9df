package io.nncf4j.core;

import java.util.List;

/**
 * An engine or a writer met operators that it cannot run or express. All of them are listed at
 * once, each with its node and the reason.
 */
public class UnsupportedOperatorException extends NncfException {
  private static final long serialVersionUID = 1L;

  /**
   * One operator that is not supported: {@code node} is the node's name, {@code operator} its type,
   * {@code reason} a clause that ends the sentence.
   */
  public record Unsupported(String node, String operator, String reason) {
    @Override
    public String toString() {
      return operator + " (node \"" + node + "\"): " + reason;
    }
  }

  private final transient List<Unsupported> unsupported;

  public UnsupportedOperatorException(String by, List<Unsupported> unsupported) {
    super(message(by, unsupported));
    this.unsupported = List.copyOf(unsupported);
  }

  public List<Unsupported> unsupported() {
    return unsupported;
  }

  private static String message(String by, List<Unsupported> unsupported) {
    StringBuilder text = new StringBuilder(by).append(" does not support ");
    text.append(unsupported.size() == 1 ? "one node" : unsupported.size() + " nodes")
        .append(" of this model:");
    for (Unsupported one : unsupported) {
      text.append("\n  ").append(one);
    }
    return text.toString();
  }
}
