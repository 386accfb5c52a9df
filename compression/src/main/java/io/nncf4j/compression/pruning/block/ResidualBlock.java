package io.nncf4j.compression.pruning.block;

import java.util.List;

/**
 * A sum that stays meaningful when one of its two sides goes.
 *
 * @param sum the node that adds
 * @param kept the value that takes the place of the sum
 * @param branch the value that goes
 * @param nodes names of the nodes that only the branch needs, in graph order; at least one has a
 *     weight
 */
public record ResidualBlock(String sum, String kept, String branch, List<String> nodes) {
  public ResidualBlock {
    nodes = List.copyOf(nodes);
  }
}
