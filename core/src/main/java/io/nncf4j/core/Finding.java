package io.nncf4j.core;

import java.util.List;
import java.util.Objects;

/**
 * Something the user should know about one or more nodes: what was left undone and why. Collected
 * by passes and shown in summaries and reports.
 *
 * @param severity how much it matters
 * @param code short stable identifier in kebab case, such as {@code left-in-float}
 * @param message one sentence for a person, without the node names
 * @param nodes names of the nodes concerned, in graph order; empty when the finding is about the
 *     whole model
 */
public record Finding(Severity severity, String code, String message, List<String> nodes) {
  /** How much a finding matters. */
  public enum Severity {
    INFORMATION,
    WARNING
  }

  public Finding {
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(message, "message");
    nodes = List.copyOf(nodes);
  }

  public static Finding information(String code, String message, String... nodes) {
    return new Finding(Severity.INFORMATION, code, message, List.of(nodes));
  }

  public static Finding warning(String code, String message, String... nodes) {
    return new Finding(Severity.WARNING, code, message, List.of(nodes));
  }

  @Override
  public String toString() {
    String where = nodes.isEmpty() ? "" : " [" + String.join(", ", nodes) + "]";
    return severity.name().toLowerCase(java.util.Locale.ROOT) + " " + code + ": " + message + where;
  }
}
