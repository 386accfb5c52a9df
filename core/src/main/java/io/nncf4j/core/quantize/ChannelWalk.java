package io.nncf4j.core.quantize;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;

/** Finds the channel of an element from its row-major index. */
record ChannelWalk(int channels, int stride) {
  static ChannelWalk of(Tensor tensor, int axis, int channels) {
    if (channels == 1) {
      return new ChannelWalk(1, 1);
    }
    long[] shape = tensor.shape();
    int at = axis < 0 ? axis + shape.length : axis;
    if (at < 0 || at >= shape.length || shape[at] != channels) {
      throw new InputException(
          "A quantizer of "
              + channels
              + " channels on axis "
              + axis
              + " does not fit a tensor of "
              + tensor);
    }
    int stride = 1;
    for (int dimension = at + 1; dimension < shape.length; dimension++) {
      stride = Math.toIntExact(stride * shape[dimension]);
    }
    return new ChannelWalk(channels, stride);
  }

  int channel(int index) {
    return channels == 1 ? 0 : index / stride % channels;
  }
}
