package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.NncfException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Tensors of one shape and layout cut into pieces along memory, small enough that one of each fits
 * into a core's cache. What is made belongs to the caller's scope.
 *
 * <p>Each thread works on pieces of its own: libtorch would share every single call among threads,
 * which then wait for each other, on a busy machine longer than they work. Pieces are shorter than
 * what it shares.
 */
final class Pieces {
  private static final int LENGTH = 32_000;

  private static final ExecutorService WORKERS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "tensor-pieces");
            thread.setDaemon(true);
            return thread;
          });

  private final Tensor[] views;
  private final long size;
  private final long step;

  /**
   * @param views tensors of the same length along their first dimension
   * @param step how much of that length makes a piece
   */
  private Pieces(Tensor[] views, long size, long step) {
    this.views = views;
    this.size = size;
    this.step = step;
  }

  /** Pieces of so many elements. */
  static Pieces of(Tensor... tensors) {
    Tensor[] flat = new Tensor[tensors.length];
    for (int index = 0; index < tensors.length; index++) {
      flat[index] = Layouts.flat(tensors[index]);
    }
    return new Pieces(flat, tensors[0].numel(), LENGTH);
  }

  /**
   * Pieces of whole rows.
   *
   * @param rows matrices, or columns, with as many rows each
   */
  static Pieces ofRows(Tensor... rows) {
    long length = Math.max(1, rows[0].size(1));
    return new Pieces(rows, rows[0].size(0), Math.max(1, LENGTH / length));
  }

  /** One piece, of any tensors. */
  static Pieces whole(Tensor... tensors) {
    return new Pieces(tensors, 1, 1);
  }

  int count() {
    return (int) ((size + step - 1) / step);
  }

  /** Where piece {@code index} begins. */
  int start(int index) {
    return (int) (index * step);
  }

  /** Piece {@code index} of the tensor given as number {@code tensor}. */
  Tensor get(int tensor, int index) {
    if (step >= size) {
      return views[tensor];
    }
    long start = index * step;
    return views[tensor].narrow(0, start, Math.min(step, size - start));
  }

  /** Runs {@code work} for each piece, within a scope, on as many threads as libtorch may use. */
  void forEach(IntConsumer work) {
    int threads = Math.min(torch.get_num_threads(), count());
    List<Future<?>> others = new ArrayList<>();
    for (int thread = 1; thread < threads; thread++) {
      int own = thread;
      others.add(WORKERS.submit(() -> run(work, own, threads)));
    }
    run(work, 0, Math.max(1, threads));
    for (Future<?> other : others) {
      await(other);
    }
  }

  private void run(IntConsumer work, int thread, int threads) {
    int first = (int) ((long) count() * thread / threads);
    int end = (int) ((long) count() * (thread + 1) / threads);
    for (int index = first; index < end; index++) {
      try (PointerScope scope = new PointerScope()) {
        work.accept(index);
      }
    }
  }

  private static void await(Future<?> other) {
    try {
      other.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NncfException("Training was interrupted", e);
    } catch (ExecutionException e) {
      throw new NncfException("A quantizer failed: " + e.getMessage(), e);
    }
  }
}
