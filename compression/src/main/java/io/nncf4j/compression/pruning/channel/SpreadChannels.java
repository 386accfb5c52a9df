package io.nncf4j.compression.pruning.channel;

import java.util.Arrays;

/**
 * Operators whose result has lengths that an input lists, and that leave most dimensions as they
 * are: {@code Expand} and {@code Resize}. Dimensions of equal length before and after go on.
 *
 * @param lengthsInput position of the list of lengths
 */
record SpreadChannels(int lengthsInput) implements ChannelRule {
  @Override
  public String obstacle() {
    return "changes the number of";
  }

  @Override
  public void relate(NodeLinks links) {
    Place data = links.input(0);
    Place made = links.output(0);
    int shift = links.rank(made) - links.rank(data);
    for (int dimension = 0; dimension < links.rank(data) && shift >= 0; dimension++) {
      if (links.isSameLength(data, dimension, made, dimension + shift)) {
        links.same(data, dimension, made, dimension + shift);
      }
    }
  }

  @Override
  public void resize(NodeResize resize) {
    Place made = resize.output(0);
    if (!resize.node().hasInput(lengthsInput)) {
      return;
    }
    long[] axes = resize.node().intsAttributeOrNull("axes");
    int rank = resize.rank(made);
    long given = resize.lengthBefore(resize.input(lengthsInput), 0);
    int listed = axes != null ? axes.length : given < 0 ? rank : (int) given;
    long[] changed = new long[listed];
    Arrays.fill(changed, -1);
    boolean any = false;
    for (int entry = 0; entry < listed; entry++) {
      int dimension = axes != null ? Axis.of(axes[entry], rank) : entry + rank - listed;
      if (resize.kept(made, dimension) != null) {
        changed[entry] = resize.length(made, dimension);
        any = true;
      }
    }
    if (any) {
      resize.lengthsInput(lengthsInput, changed);
    }
  }
}
