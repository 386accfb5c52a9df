package io.nncf4j.compression.equalization;

import io.nncf4j.core.tensor.ElementCodec;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;

/** Arithmetic on constants channel by channel; a function tells the channel of every element. */
final class ChannelTensors {
  private ChannelTensors() {}

  /** Channels along one axis, which counts from the end when negative. */
  static IntUnaryOperator along(Tensor tensor, int axis) {
    int at = Math.floorMod(axis, tensor.rank());
    int inner = 1;
    for (int behind = at + 1; behind < tensor.rank(); behind++) {
      inner *= (int) tensor.dimension(behind);
    }
    int length = (int) tensor.dimension(at);
    int stride = Math.max(1, inner);
    return index -> index / stride % length;
  }

  /** Input channels of a convolution's weight [outputs, inputs of a group, window]. */
  static IntUnaryOperator inputsOf(Tensor weight, int groups) {
    int perGroup = (int) weight.dimension(1);
    int perOutput = weight.size() / (int) weight.dimension(0);
    int window = Math.max(1, perOutput / perGroup);
    int outputsOfGroup = (int) weight.dimension(0) / groups;
    return index -> index / perOutput / outputsOfGroup * perGroup + index % perOutput / window;
  }

  /** Every element times the factor of its channel, in the same element type. */
  static Tensor scaled(Tensor tensor, IntUnaryOperator channel, double[] factors) {
    ByteBuffer result = Tensor.allocate(tensor.dataType(), tensor.size());
    for (int index = 0; index < tensor.size(); index++) {
      double value = tensor.doubleAt(index) * factors[channel.applyAsInt(index)];
      ElementCodec.write(tensor.dataType(), result, index, value);
    }
    return Tensor.of(tensor.dataType(), tensor.shape(), result);
  }

  /** Largest magnitude of each channel. */
  static double[] absoluteMaxima(Tensor tensor, IntUnaryOperator channel, int channels) {
    double[] maxima = new double[channels];
    for (int index = 0; index < tensor.size(); index++) {
      int at = channel.applyAsInt(index);
      maxima[at] = Math.max(maxima[at], Math.abs(tensor.doubleAt(index)));
    }
    return maxima;
  }
}
