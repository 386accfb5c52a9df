package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code Reshape}, {@code Flatten}, {@code Squeeze} and {@code Unsqueeze}: dimensions are split and
 * joined.
 *
 * <pre>
 *   [N, C, H, W] -- [N, C*H*W]       the digit C of the long dimension goes with channel c
 *   [N, g*c, H, W] -- [N, g, c, H, W]  a channel shuffle: either digit could go, one is chosen
 *   [N, T, h*d] -- [N, T, h, d]      heads of attention
 * </pre>
 *
 * <p>Both shapes are cut into blocks of equal products. Within a block an index of a dimension is a
 * number whose digits stand in the dimensions on the other side. Only one digit of a dimension can
 * be removed along, since the rest must stay rectangular: a digit that others have not blocked,
 * heads first, else the longest.
 */
record ReshapeChannels() implements ChannelRule {
  /** A digit that a dimension on each side share. */
  private record Digit(int left, int right, long stride, long length) {}

  @Override
  public String obstacle() {
    return "cuts up";
  }

  /** Dimensions of length 1 that come and go leave none. */
  @Override
  public boolean hasChoice(NodeLinks links) {
    Place data = links.input(0);
    Place made = links.output(0);
    return ReshapeBlocks.of(links, data, made).stream()
        .anyMatch(
            block ->
                longer(links, data, block.left()) > 1 || longer(links, made, block.right()) > 1);
  }

  private static long longer(NodeLinks links, Place place, List<Integer> dimensions) {
    return dimensions.stream().filter(each -> links.length(place, each) != 1).count();
  }

  @Override
  public void relate(NodeLinks links) {
    Place data = links.input(0);
    Place made = links.output(0);
    for (ReshapeBlocks.Block block : ReshapeBlocks.of(links, data, made)) {
      relate(links, block);
    }
  }

  private static void relate(NodeLinks links, ReshapeBlocks.Block block) {
    Place data = links.input(0);
    Place made = links.output(0);
    if (block.left().size() == 1 && block.right().size() == 1) {
      links.same(data, block.left().get(0), made, block.right().get(0));
      return;
    }
    long[] leftStrides = strides(links, data, block.left());
    long[] rightStrides = strides(links, made, block.right());
    List<Digit> digits = new ArrayList<>();
    for (int left = 0; left < block.left().size(); left++) {
      for (int right = 0; right < block.right().size(); right++) {
        Digit digit =
            shared(
                block.left().get(left),
                leftStrides[left],
                links.length(data, block.left().get(left)),
                block.right().get(right),
                rightStrides[right],
                links.length(made, block.right().get(right)));
        if (digit != null) {
          digits.add(digit);
        }
      }
    }
    choose(links, data, made, digits)
        .forEach(digit -> link(links, data, made, digit, leftStrides, rightStrides, block));
  }

  private static long[] strides(NodeLinks links, Place place, List<Integer> dimensions) {
    long[] strides = new long[dimensions.size()];
    long stride = 1;
    for (int index = dimensions.size() - 1; index >= 0; index--) {
      strides[index] = stride;
      stride *= links.length(place, dimensions.get(index));
    }
    return strides;
  }

  private static @Nullable Digit shared(
      int left, long leftStride, long leftLength, int right, long rightStride, long rightLength) {
    long low = Math.max(leftStride, rightStride);
    long high = Math.min(leftStride * leftLength, rightStride * rightLength);
    boolean divides =
        low % leftStride == 0
            && low % rightStride == 0
            && high > low
            && high % low == 0
            && (leftStride * leftLength) % high == 0
            && (rightStride * rightLength) % high == 0;
    return divides ? new Digit(left, right, low, high / low) : null;
  }

  /** At most one digit for each dimension. */
  private static List<Digit> choose(NodeLinks links, Place data, Place made, List<Digit> digits) {
    List<Digit> open =
        new ArrayList<>(
            digits.stream()
                .filter(
                    digit ->
                        !links.isBlocked(data, digit.left) && !links.isBlocked(made, digit.right))
                .toList());
    open.sort(
        java.util.Comparator.comparing(
                (Digit digit) ->
                    (links.isPreferred(data, digit.left) ? 0 : 1)
                        + (links.isPreferred(made, digit.right) ? 0 : 1))
            .thenComparing(digit -> -digit.length));
    List<Digit> chosen = new ArrayList<>();
    for (Digit digit : open) {
      if (chosen.stream()
          .noneMatch(other -> other.left == digit.left || other.right == digit.right)) {
        chosen.add(digit);
      }
    }
    return chosen;
  }

  private static void link(
      NodeLinks links,
      Place data,
      Place made,
      Digit digit,
      long[] leftStrides,
      long[] rightStrides,
      ReshapeBlocks.Block block) {
    long leftStride = leftStrides[block.left().indexOf(digit.left)];
    long rightStride = rightStrides[block.right().indexOf(digit.right)];
    for (long index = 0; index < links.length(data, digit.left); index++) {
      long value = index * leftStride / digit.stride % digit.length;
      links.link(data, digit.left, index, made, digit.right, value * digit.stride / rightStride);
    }
    for (long index = 0; index < links.length(made, digit.right); index++) {
      long value = index * rightStride / digit.stride % digit.length;
      links.link(made, digit.right, index, data, digit.left, value * digit.stride / leftStride);
    }
  }

  @Override
  public void resize(NodeResize resize) {
    if (!resize.node().is("Reshape")) {
      return;
    }
    Place made = resize.output(0);
    long[] changed = new long[resize.rank(made)];
    Arrays.fill(changed, -1);
    boolean any = false;
    for (int dimension = 0; dimension < changed.length; dimension++) {
      if (resize.kept(made, dimension) != null) {
        changed[dimension] = resize.length(made, dimension);
        any = true;
      }
    }
    Tensor target = resize.constant(1);
    if (any && (target == null || target.size() == changed.length)) {
      resize.lengthsInput(1, changed);
    }
  }
}
