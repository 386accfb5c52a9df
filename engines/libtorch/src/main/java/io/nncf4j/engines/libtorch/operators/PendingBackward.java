package io.nncf4j.engines.libtorch.operators;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What the forward passes of a session keep for backward passes in Java. A pass is forgotten when
 * its backward pass has run, or when several others have come after it.
 */
final class PendingBackward implements AutoCloseable {
  /** Forward passes that may wait for their backward pass at once. */
  private static final int KEPT = 4;

  /** Kept for one node. */
  interface Entry extends AutoCloseable {
    /** True once the backward pass has been here; nothing big is kept any more. */
    boolean isDone();

    @Override
    void close();
  }

  private final Deque<List<Entry>> passes = new ArrayDeque<>();

  /** A forward pass begins. */
  void begin() {
    passes.removeIf(
        pass -> {
          boolean isOver = pass.isEmpty() || pass.stream().anyMatch(Entry::isDone);
          if (isOver) {
            pass.forEach(Entry::close);
          }
          return isOver;
        });
    while (passes.size() >= KEPT) {
      passes.removeFirst().forEach(Entry::close);
    }
    passes.addLast(new ArrayList<>());
  }

  void add(Entry entry) {
    if (passes.isEmpty()) {
      begin();
    }
    passes.getLast().add(entry);
  }

  @Override
  public void close() {
    passes.forEach(pass -> pass.forEach(Entry::close));
    passes.clear();
  }
}
