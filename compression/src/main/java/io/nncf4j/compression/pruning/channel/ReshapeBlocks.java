package io.nncf4j.compression.pruning.channel;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the shapes on both sides of a reshape into blocks that hold the same elements: from the
 * front as far as lengths are known or equal symbols, the same from the back, and what is left in
 * the middle only when it is known.
 */
final class ReshapeBlocks {
  /** Dimensions of the input and of the output that have the same product. */
  record Block(List<Integer> left, List<Integer> right) {}

  private final NodeLinks links;
  private final Place data;
  private final Place made;
  private final List<Block> blocks = new ArrayList<>();

  private ReshapeBlocks(NodeLinks links, Place data, Place made) {
    this.links = links;
    this.data = data;
    this.made = made;
  }

  static List<Block> of(NodeLinks links, Place data, Place made) {
    ReshapeBlocks found = new ReshapeBlocks(links, data, made);
    found.find();
    return found.blocks;
  }

  private void find() {
    int leftEnd = links.rank(data);
    int rightEnd = links.rank(made);
    int left = 0;
    int right = 0;
    while (left < leftEnd && right < rightEnd && links.isSameDimension(data, left, made, right)) {
      blocks.add(new Block(List.of(left++), List.of(right++)));
    }
    while (leftEnd > left
        && rightEnd > right
        && !links.isKnown(data, left, leftEnd, made, right, rightEnd)
        && links.isSameDimension(data, leftEnd - 1, made, rightEnd - 1)) {
      blocks.add(new Block(List.of(--leftEnd), List.of(--rightEnd)));
    }
    if (links.isKnown(data, left, leftEnd, made, right, rightEnd)) {
      known(left, leftEnd, right, rightEnd);
    } else {
      leading(left, leftEnd, right, rightEnd);
    }
  }

  /** All lengths are known: blocks end wherever the products meet. */
  private void known(int leftStart, int leftEnd, int rightStart, int rightEnd) {
    int left = leftStart;
    int right = rightStart;
    while (left < leftEnd && right < rightEnd) {
      List<Integer> lefts = new ArrayList<>(List.of(left));
      List<Integer> rights = new ArrayList<>(List.of(right));
      long leftProduct = links.length(data, left++);
      long rightProduct = links.length(made, right++);
      while (leftProduct != rightProduct) {
        if (leftProduct < rightProduct && left < leftEnd) {
          leftProduct *= links.length(data, left);
          lefts.add(left++);
        } else if (right < rightEnd && leftProduct > rightProduct) {
          rightProduct *= links.length(made, right);
          rights.add(right++);
        } else {
          return;
        }
      }
      blocks.add(new Block(lefts, rights));
    }
  }

  /** Some lengths are open: blocks of known lengths in front of them. */
  private void leading(int leftStart, int leftEnd, int rightStart, int rightEnd) {
    int left = leftStart;
    int right = rightStart;
    while (left < leftEnd && links.length(data, left) >= 0) {
      left++;
    }
    while (right < rightEnd && links.length(made, right) >= 0) {
      right++;
    }
    long leftProduct = product(data, leftStart, left);
    long rightProduct = product(made, rightStart, right);
    // The open rest must be the same elements on both sides: only sure where it is one dimension.
    if (leftProduct == rightProduct && left == leftEnd - 1 && right == rightEnd - 1) {
      known(leftStart, left, rightStart, right);
    }
  }

  private long product(Place place, int start, int end) {
    long product = 1;
    for (int dimension = start; dimension < end; dimension++) {
      product *= links.length(place, dimension);
    }
    return product;
  }
}
