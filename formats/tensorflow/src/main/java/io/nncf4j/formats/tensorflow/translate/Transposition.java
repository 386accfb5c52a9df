package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;

/** Moves the axes of a constant. */
final class Transposition {
  private Transposition() {}

  static Tensor of(Tensor tensor, long... order) {
    int width = tensor.dataType().bits() / 8;
    if (width == 0 || order.length != tensor.rank()) {
      throw new InputException("The axes of " + tensor + " cannot be moved");
    }
    long[] shape = tensor.shape();
    long[] moved = new long[order.length];
    long[] steps = new long[order.length];
    for (int axis = 0; axis < order.length; axis++) {
      moved[axis] = shape[(int) order[axis]];
      long step = 1;
      for (int inner = (int) order[axis] + 1; inner < shape.length; inner++) {
        step *= shape[inner];
      }
      steps[axis] = step;
    }
    ByteBuffer source = tensor.data();
    ByteBuffer target = Tensor.allocate(tensor.dataType(), tensor.size());
    long[] index = new long[order.length];
    for (int element = 0; element < tensor.size(); element++) {
      long at = 0;
      for (int axis = 0; axis < order.length; axis++) {
        at += index[axis] * steps[axis];
      }
      for (int part = 0; part < width; part++) {
        target.put(element * width + part, source.get((int) at * width + part));
      }
      for (int axis = order.length - 1; axis >= 0 && ++index[axis] == moved[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return Tensor.of(tensor.dataType(), moved, target);
  }
}
