package io.nncf4j.engines.libtorch.operators;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A grid for each channel of a tensor, such as a convolution's weight.
 *
 * @param axis where the channels stand
 * @param scales one for each channel
 * @param zeros codes of the value 0
 */
record ChannelGrid(int axis, float[] scales, long[] zeros, long lowest, long highest)
    implements UniformGrid {
  @Override
  public Tensor round(Tensor x) {
    Tensor rounded = torch.empty_like(x);
    boolean isCentred = isCentred();
    try (PointerScope scope = new PointerScope()) {
      Tensor from = rows(x);
      Pieces pieces =
          pieces(
              from,
              rows(rounded),
              inverses(from),
              spread(scales, from),
              ends(lowest, from),
              ends(highest, from));
      pieces.forEach(
          index -> {
            Tensor to = pieces.get(1, index);
            torch.mul_out(to, pieces.get(0, index), pieces.get(2, index));
            to.round_();
            if (isCentred) {
              to.clamp_(Layouts.number(lowest), Layouts.number(highest));
            } else {
              to.clamp_(
                  new TensorOptional(pieces.get(4, index)),
                  new TensorOptional(pieces.get(5, index)));
            }
            to.mul_(pieces.get(3, index));
          });
    }
    return rounded;
  }

  /** As for {@link TensorGrid}, each channel for itself; values in steps of the grid. */
  @Override
  public Gradients gradients(Tensor gradient, Tensor x, Tensor y) {
    int channels = scales.length;
    double[] ofScales = new double[channels];
    double[] ofZeros = new double[channels];
    Tensor input = torch.empty_like(x);
    boolean isCentred = isCentred();
    try (PointerScope scope = new PointerScope()) {
      Tensor from = rows(x);
      Scalar low = new Scalar(lowest - 0.5);
      Scalar high = new Scalar(highest + 0.5);
      Pieces pieces =
          pieces(from, rows(gradient), rows(y), rows(input), inverses(from), ends(0, from));
      pieces.forEach(
          index -> {
            Tensor xs = pieces.get(0, index);
            Tensor g = pieces.get(1, index);
            Tensor to = pieces.get(3, index);
            Tensor steps = torch.mul(xs, pieces.get(4, index));
            if (!isCentred) {
              steps.add_(pieces.get(5, index), new Scalar(-1.0));
            }
            torch.hardtanh_backward_out(to, g, steps, low, high);
            // Not needed any more, and of the right size.
            Tensor products = torch.mul_out(steps, g, pieces.get(2, index));
            products.addcmul_(to, xs, new Scalar(-1.0));
            float[] sums = sums(products);
            float[] outside = isCentred ? new float[sums.length] : sums(torch.sub(g, to));
            int first = pieces.start(index);
            for (int at = 0; at < sums.length; at++) {
              int channel = first + at;
              ofScales[channel] = sums[at] / scales[channel];
              ofZeros[channel] = -scales[channel] * outside[at];
            }
          });
    }
    return new Gradients(input, ofScales, ofZeros);
  }

  /** All of it in one piece where channels do not lie one behind the other. */
  private Pieces pieces(Tensor... tensors) {
    boolean isRows = tensors[0].dim() == 2 && axis == 0;
    return isRows ? Pieces.ofRows(tensors) : Pieces.whole(tensors);
  }

  /** True when all zero points are 0, so that they are not learned. */
  private boolean isCentred() {
    return Arrays.stream(zeros).allMatch(zero -> zero == 0);
  }

  /** One row a channel where memory has them so, else the tensor as it is; without gradients. */
  private Tensor rows(Tensor tensor) {
    long inner = tensor.numel() / scales.length;
    boolean isOutermost =
        axis == 0 && tensor.numel() > 0 && (scales.length == 1 || tensor.stride(0) == inner);
    return isOutermost
        ? tensor.detach().as_strided(new long[] {scales.length, inner}, inner, 1L)
        : tensor.detach();
  }

  private Tensor inverses(Tensor like) {
    float[] inverses = new float[scales.length];
    for (int channel = 0; channel < scales.length; channel++) {
      inverses[channel] = 1 / scales[channel];
    }
    return spread(inverses, like);
  }

  private Tensor ends(long code, Tensor like) {
    float[] ends = new float[zeros.length];
    for (int channel = 0; channel < ends.length; channel++) {
      ends[channel] = code - zeros[channel];
    }
    return spread(ends, like);
  }

  /** Values of the channels, shaped to broadcast. */
  private Tensor spread(float[] values, Tensor like) {
    long[] shape = new long[(int) like.dim()];
    Arrays.fill(shape, 1);
    shape[axis] = values.length;
    return torch.reshape(Operations.floats(values), shape);
  }

  private float[] sums(Tensor values) {
    long[] others = new long[(int) values.dim() - 1];
    for (int dimension = 0, at = 0; dimension < values.dim(); dimension++) {
      if (dimension != axis) {
        others[at++] = dimension;
      }
    }
    Tensor sums =
        others.length == 0 ? values : torch.sum(values, others, false, new ScalarTypeOptional());
    return TensorExchange.toHost(sums).toFloats();
  }
}
