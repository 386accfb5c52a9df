package io.nncf4j.compression.options;

import java.util.List;

/**
 * Nodes that stay as they are.
 *
 * @param names node names, exact
 * @param patterns regular expressions that match from the start of a node's name
 * @param types operator types
 * @param subgraphs parts of the graph
 * @param validate whether a rule that matches nothing is an error
 */
public record IgnoredScope(
    List<String> names,
    List<String> patterns,
    List<String> types,
    List<Subgraph> subgraphs,
    boolean validate) {
  /** Nothing is ignored. */
  public static final IgnoredScope NONE =
      new IgnoredScope(List.of(), List.of(), List.of(), List.of(), true);

  public IgnoredScope {
    names = List.copyOf(names);
    patterns = List.copyOf(patterns);
    types = List.copyOf(types);
    subgraphs = List.copyOf(subgraphs);
  }

  public IgnoredScope withValidate(boolean newValidate) {
    return new IgnoredScope(names, patterns, types, subgraphs, newValidate);
  }

  public static IgnoredScope ofNames(String... names) {
    return new IgnoredScope(List.of(names), List.of(), List.of(), List.of(), true);
  }

  public static IgnoredScope ofTypes(String... types) {
    return new IgnoredScope(List.of(), List.of(), List.of(types), List.of(), true);
  }

  public static IgnoredScope ofPatterns(String... patterns) {
    return new IgnoredScope(List.of(), List.of(patterns), List.of(), List.of(), true);
  }
}
