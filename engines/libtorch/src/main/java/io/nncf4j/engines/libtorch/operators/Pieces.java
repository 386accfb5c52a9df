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

  private final Tensor[] flat;
  private final long size;

  Pieces(Tensor... tensors) {
    flat = new Tensor[tensors.length];
    for (int index = 0; index < tensors.length; index++) {
      flat[index] = Layouts.flat(tensors[index]);
    }
    size = tensors[0].numel();
  }

  int count() {
    return (int) ((size + LENGTH - 1) / LENGTH);
  }

  /** Piece {@code index} of the tensor given as number {@code tensor}. */
  Tensor get(int tensor, int index) {
    long start = (long) index * LENGTH;
    return flat[tensor].narrow(0, start, Math.min(LENGTH, size - start));
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
