package io.nncf4j.formats.onnx;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs work that might never end on one thread, and gives up on it by what it does rather than by
 * the clock: processor time of the thread, or waiting for something. A machine that is busy with
 * other things delays the work but never fails it.
 */
final class BoundedWorker implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final LinkedBlockingQueue<FutureTask<?>> work = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::serve, "bounded-worker");

  BoundedWorker() {
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    try {
      while (true) {
        work.take().run();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The result of {@code task}.
   *
   * @throws TimeoutException when it used up its processor time, or waits
   * @throws ExecutionException when it failed
   */
  <T> T run(Callable<T> task) throws InterruptedException, ExecutionException, TimeoutException {
    FutureTask<T> future = new FutureTask<>(task);
    long start = threads.getThreadCpuTime(thread.getId());
    work.add(future);
    long waitingSeconds = 0;
    while (true) {
      try {
        return future.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException notYet) {
        waitingSeconds = thread.getState() == Thread.State.RUNNABLE ? 0 : waitingSeconds + 1;
        long used = threads.getThreadCpuTime(thread.getId()) - start;
        if (used > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS) || waitingSeconds > LIMIT_SECONDS) {
          throw notYet;
        }
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
