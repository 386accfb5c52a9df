package io.nncf4j.cli.console;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Pieces of work that the end of the process waits for. At Ctrl-C the JVM ends while other threads
 * go on; a native library whose memory is taken away in the middle of a call then crashes instead
 * of ending. Pieces should take a moment only: one training step, not an epoch.
 */
public final class UnbrokenWork implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  /** Fair: otherwise the thread that works takes it back before the waiting hook wakes. */
  private final ReentrantLock working = new ReentrantLock(true);

  private final Thread hook = new Thread(this::waitForPiece, "end of work");

  public UnbrokenWork() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The lock is never given back, so that no further piece begins. */
  private void waitForPiece() {
    try {
      // Ending after the patience too: a process that cannot be ended is worse.
      boolean unused = working.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // The process is ending, and the hook with it.
    }
  }
}
