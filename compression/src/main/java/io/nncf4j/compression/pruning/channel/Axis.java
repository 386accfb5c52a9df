package io.nncf4j.compression.pruning.channel;

/** Axes that may count from the end. */
final class Axis {
  private Axis() {}

  static int of(long axis, int rank) {
    return (int) (axis < 0 ? axis + rank : axis);
  }
}
