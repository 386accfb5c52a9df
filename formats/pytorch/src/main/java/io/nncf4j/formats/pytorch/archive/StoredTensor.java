package io.nncf4j.formats.pytorch.archive;

import io.nncf4j.core.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a file.
 *
 * @param values as stored: integers for a quantised tensor
 * @param grid what the integers stand for, or null
 */
public record StoredTensor(Tensor values, @Nullable Grid grid) {
  /**
   * {@code real = scale * (integer - zero)}.
   *
   * @param axis along which scales change, or -1 for one scale
   */
  public record Grid(Tensor scale, Tensor zero, int axis) {}
}
