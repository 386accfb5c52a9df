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
    try (PointerScope scope = new PointerScope()) {
      Tensor from = rows(x);
      Tensor to = rows(rounded);
      torch.mul_out(to, from, inverses(from));
      to.round_();
      if (isCentred()) {
        to.clamp_(Layouts.number(lowest), Layouts.number(highest));
      } else {
        to.clamp_(new TensorOptional(ends(lowest, from)), new TensorOptional(ends(highest, from)));
      }
      to.mul_(spread(scales, from));
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
    try (PointerScope scope = new PointerScope()) {
      Tensor g = rows(gradient);
      Tensor from = rows(x);
      Tensor to = rows(input);
      Tensor steps = torch.mul(from, inverses(from));
      if (!isCentred()) {
        steps.add_(ends(0, from), new Scalar(-1.0));
      }
      torch.hardtanh_backward_out(
          to, g, steps, new Scalar(lowest - 0.5), new Scalar(highest + 0.5));
      // Not needed any more, and of the right size.
      Tensor products = torch.mul_out(steps, g, rows(y));
      products.addcmul_(to, from, new Scalar(-1.0));
      float[] sums = sums(products);
      float[] outside = isCentred() ? new float[channels] : sums(torch.sub(g, to));
      for (int channel = 0; channel < channels; channel++) {
        ofScales[channel] = sums[channel] / scales[channel];
        ofZeros[channel] = -scales[channel] * outside[channel];
      }
    }
    return new Gradients(input, ofScales, ofZeros);
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
