package io.nncf4j.engines.libtorch.operators;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How the elements of tensors lie in memory. What is made belongs to the caller's scope. */
final class Layouts {
  private Layouts() {}

  /** All elements in the order of memory, for a tensor without gaps; a view without gradients. */
  static Tensor flat(Tensor dense) {
    return dense.detach().as_strided(new long[] {dense.numel()}, 1L);
  }

  /** The tensor itself when its elements lie without gaps, a copy when not. */
  static Tensor dense(Tensor tensor) {
    return tensor.is_non_overlapping_and_dense() ? tensor : tensor.contiguous();
  }

  /** The tensor itself when it lies in memory as {@code like} does, a copy when not. */
  static Tensor as(Tensor tensor, Tensor like) {
    return areSame(tensor, like) ? tensor : torch.empty_like(like).copy_(tensor);
  }

  /** True when two tensors of one shape have the same element at the same place. */
  static boolean areSame(Tensor one, Tensor other) {
    for (long axis = 0; axis < one.dim(); axis++) {
      if (one.size(axis) > 1 && one.stride(axis) != other.stride(axis)) {
        return false;
      }
    }
    return true;
  }

  static ScalarOptional number(double value) {
    return new ScalarOptional(new Scalar(value));
  }
}
