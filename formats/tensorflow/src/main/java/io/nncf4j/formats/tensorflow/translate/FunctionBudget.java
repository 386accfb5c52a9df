package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.InputException;

/** Limits of depth and size for functions that call each other, so that none goes on for ever. */
final class FunctionBudget {
  private static final int DEEPEST = 16;
  private static final long MOST_NODES = 500_000;

  private int depth;
  private long nodes;

  void enter(String name, int size) {
    depth++;
    nodes += size;
    if (depth > DEEPEST || nodes > MOST_NODES) {
      throw new InputException(
          "The function \""
              + name
              + "\" is called more than "
              + DEEPEST
              + " deep, or the bodies of branches and loops come to more than "
              + MOST_NODES
              + " nodes");
    }
  }

  void leave() {
    depth--;
  }
}
