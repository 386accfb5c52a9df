package io.nncf4j.compression.options;

import java.util.List;

/**
 * All nodes on paths from {@code inputs} to {@code outputs}, both included.
 *
 * @param inputs names of the nodes where the paths begin
 * @param outputs names of the nodes where they end
 */
public record Subgraph(List<String> inputs, List<String> outputs) {
  public Subgraph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
