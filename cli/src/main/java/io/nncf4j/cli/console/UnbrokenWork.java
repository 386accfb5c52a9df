package io.nncf4j.cli.console;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Pieces of work that the end of the process waits for. At Ctrl-C the JVM ends while other threads
 * go on; a native library whose memory is taken away in the middle of a call then crashes instead
 * of ending. Pieces should take a moment only: one training step, not an epoch; what takes longer
 * rests in between.
 */
public final class UnbrokenWork implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  /** Fair: otherwise the thread that works takes it back before the waiting hook wakes. */
  private final ReentrantLock working = new ReentrantLock(true);

  private final Thread hook = new Thread(this::end, "end of work");
  private final Runnable ending;

  public UnbrokenWork() {
    this(() -> {});
  }

  /**
   * @param ending done when the process is ended before this is closed, such as a word on how to go
   *     on
   */
  public UnbrokenWork(Runnable ending) {
    this.ending = ending;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The lock is never given back, so that no further piece begins. */
  private void end() {
    try {
      // Ending after the patience too: a process that cannot be ended is worse.
      boolean unused = working.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ending.run();
  }

  /** Does one piece; does not return once the process is ending. */
  public <T> T run(Supplier<T> piece) {
    working.lock();
    try {
      return piece.get();
    } finally {
      working.unlock();
    }
  }

  /**
   * A place inside a piece of work where the process may end; does not return once it is ending.
   * For pieces that take long, such as going through many samples.
   */
  public void rest() {
    int holds = working.getHoldCount();
    for (int hold = 0; hold < holds; hold++) {
      working.unlock();
    }
    for (int hold = 0; hold < holds; hold++) {
      working.lock();
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // The process is ending, and the hook with it.
    }
  }
}
