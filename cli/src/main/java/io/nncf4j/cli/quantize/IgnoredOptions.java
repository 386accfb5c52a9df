package io.nncf4j.cli.quantize;

import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.Subgraph;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that keep nodes in float; a mixin. */
final class IgnoredOptions {
  @Option(
      names = {"--ignored-names", "--ignored"},
      paramLabel = "NODE[,NODE...]",
      description = "Names of nodes that stay in float, separated by commas.")
  private List<String> names = List.of();

  @Option(
      names = "--ignored-patterns",
      paramLabel = "REGEX",
      description = "Nodes stay in float whose names begin so; may be given several times.")
  private List<String> patterns = List.of();

  @Option(
      names = "--ignored-types",
      paramLabel = "TYPE[,TYPE...]",
      description = "Operator types that stay in float, separated by commas.")
  private List<String> types = List.of();

  @Option(
      names = "--ignored-subgraphs",
      paramLabel = "FROM->TO",
      description =
          "All nodes on paths between nodes stay in float, such as 'a,b->c'; may be given several"
              + " times.")
  private List<String> subgraphs = List.of();

  /** The options that were given. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    if (!names.isEmpty()) {
      given.add("--ignored-names");
    }
    if (!patterns.isEmpty()) {
      given.add("--ignored-patterns");
    }
    if (!types.isEmpty()) {
      given.add("--ignored-types");
    }
    if (!subgraphs.isEmpty()) {
      given.add("--ignored-subgraphs");
    }
    return given;
  }

  /**
   * @throws InputException when a name is empty, or a subgraph is not written as it should be
   */
  IgnoredScope scope() {
    return new IgnoredScope(
        CommaSeparated.names("--ignored-names", names),
        patterns,
        CommaSeparated.names("--ignored-types", types),
        subgraphs.stream().map(IgnoredOptions::subgraph).toList(),
        true);
  }

  private static Subgraph subgraph(String text) {
    String[] ends = text.split("->", -1);
    if (ends.length != 2 || ends[0].isBlank() || ends[1].isBlank()) {
      throw new InputException(
          "--ignored-subgraphs "
              + text
              + ": expected names of nodes as in 'first->last' or 'a,b->c,d'");
    }
    return new Subgraph(nodes(ends[0]), nodes(ends[1]));
  }

  private static List<String> nodes(String text) {
    return java.util.Arrays.stream(text.split(",")).map(String::strip).toList();
  }
}
