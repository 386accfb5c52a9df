package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.tensor.Tensor;
import java.util.HashSet;
import java.util.Set;

/**
 * Sums, means, maxima: dimensions that stay go on.
 *
 * @param zeroIsNothing whether a zero adds nothing to the result, so that channels which are
 *     reduced can be removed
 */
record ReductionChannels(boolean zeroIsNothing) implements ChannelRule {
  @Override
  public String obstacle() {
    return "reduces over";
  }

  @Override
  public void relate(NodeLinks links) {
    Place data = links.input(0);
    int rank = links.rank(data);
    long[] given = links.node().intsAttributeOrNull("axes");
    if (links.has(1)) {
      Tensor axes = links.constant(1);
      if (axes == null) {
        return;
      }
      given = axes.toLongs();
    }
    boolean none = given == null || given.length == 0;
    if (none && links.node().intAttribute("noop_with_empty_axes", 0) != 0) {
      for (int dimension = 0; dimension < rank; dimension++) {
        links.same(data, dimension, links.output(0), dimension);
      }
      return;
    }
    Set<Integer> reduced = new HashSet<>();
    for (int dimension = 0; dimension < rank && none; dimension++) {
      reduced.add(dimension);
    }
    for (int index = 0; given != null && index < given.length; index++) {
      reduced.add(Axis.of(given[index], rank));
    }
    boolean keeps = links.node().intAttribute("keepdims", 1) != 0;
    int place = 0;
    for (int dimension = 0; dimension < rank; dimension++) {
      if (!reduced.contains(dimension)) {
        links.same(data, dimension, links.output(0), place++);
      } else {
        place += keeps ? 1 : 0;
        if (zeroIsNothing) {
          links.free(data, dimension);
        }
      }
    }
  }
}
