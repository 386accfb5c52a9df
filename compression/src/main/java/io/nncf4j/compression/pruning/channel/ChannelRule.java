package io.nncf4j.compression.pruning.channel;

/**
 * What an operator does to channels, in two halves that belong together: which of them it ties
 * together, and what must change in the node itself when some are removed.
 */
interface ChannelRule {
  /** Says how the dimensions of inputs and outputs hang together. */
  void relate(NodeLinks links);

  /**
   * Fits attributes and parameters to smaller tensors. Constants are cut already; what needs no
   * more than that keeps this method.
   */
  default void resize(NodeResize resize) {}

  /** Completes "the node ... the channels" for dimensions that the rule says nothing about. */
  default String obstacle() {
    return "needs all of";
  }

  /**
   * True when the rule has a choice, and must see what the others have blocked and prefer before it
   * decides. All shapes are known to some extent.
   */
  default boolean hasChoice(NodeLinks links) {
    return false;
  }
}
