package io.nncf4j.engines.libtorch.operators;

import org.bytedeco.pytorch.Tensor;

/**
 * Tensors of one shape and layout cut into pieces along memory, small enough that one of each fits
 * into a core's cache. What is made belongs to the caller's scope.
 */
final class Pieces {
  private static final int LENGTH = 1 << 16;

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
}
