package io.nncf4j.compression.pruning.channel;

import io.nncf4j.compression.pruning.channel.PrunableLayer.Kind;

/**
 * {@code MatMul}: the inner dimension is summed over, rows and columns go on, and what is batched
 * over (heads of attention) goes as a whole.
 */
record MatrixChannels() implements ChannelRule {
  @Override
  public void relate(NodeLinks links) {
    Place left = links.input(0);
    Place right = links.input(1);
    Place made = links.output(0);
    int leftRank = links.rank(left);
    int rightRank = links.rank(right);
    int rank = links.rank(made);
    if (leftRank < 2 || rightRank < 2) {
      return;
    }
    links.same(left, leftRank - 1, right, rightRank - 2);
    links.same(left, leftRank - 2, made, rank - 2);
    links.same(right, rightRank - 1, made, rank - 1);
    batch(links, left, made);
    batch(links, right, made);
    boolean rightIsWeight = links.isWeight(1);
    if (rightIsWeight != links.isWeight(0)) {
      Place weight = rightIsWeight ? right : left;
      int filters = links.rank(weight) - (rightIsWeight ? 1 : 2);
      int inputs = links.rank(weight) - (rightIsWeight ? 2 : 1);
      links
          .roles()
          .add(
              new PrunableLayer(
                  links.node().name(), Kind.LINEAR, weight, filters, inputs, null, 1));
    }
  }

  private static void batch(NodeLinks links, Place operand, Place made) {
    int shift = links.rank(made) - links.rank(operand);
    for (int dimension = 0; dimension < links.rank(operand) - 2; dimension++) {
      if (links.length(operand, dimension) == 1 && links.length(made, dimension + shift) != 1) {
        links.block(operand, dimension, "spreads a single one of");
      } else {
        links.same(operand, dimension, made, dimension + shift);
        links.prefer(made, dimension + shift);
      }
    }
  }
}
