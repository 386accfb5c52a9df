package io.nncf4j.engines.libtorch.operators;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One grid for a whole tensor, such as an activation of many megabytes.
 *
 * @param zero code of the value 0
 */
record TensorGrid(float scale, long zero, long lowest, long highest) implements UniformGrid {
  private static final int BYTE_CODES = 255;

  @Override
  public Tensor round(Tensor x) {
    return round(x, lowest - zero, highest - zero);
  }

  /** As {@link #round(Tensor)}, with other ends: codes less that of 0. */
  Tensor round(Tensor x, long first, long last) {
    // With a zero point other than 0 libtorch's dequantization does not give 0 for the value 0.
    if (zero == 0 && first == 0 && last == BYTE_CODES && x.numel() > 0) {
      try (Tensor codes = torch.quantize_per_tensor(x, scale, 0, ScalarType.QUInt8)) {
        Tensor rounded = codes.dequantize();
        if (Layouts.areSame(rounded, x)) {
          return rounded;
        }
        rounded.close();
      }
    }
    Tensor rounded = torch.empty_like(x);
    try (PointerScope scope = new PointerScope()) {
      Pieces pieces = new Pieces(x, rounded);
      Scalar inverse = new Scalar((double) (1 / scale));
      Scalar width = new Scalar((double) scale);
      ScalarOptional low = Layouts.number(first);
      ScalarOptional high = Layouts.number(last);
      for (int index = 0; index < pieces.count(); index++) {
        try (PointerScope piece = new PointerScope()) {
          Tensor to = pieces.get(1, index);
          torch.mul_out(to, pieces.get(0, index), inverse);
          to.round_().clamp_(low, high).mul_(width);
        }
      }
    }
    return rounded;
  }

  /**
   * Inside, x lies between the ends of the grid widened by half a step; with g' the gradient of x:
   * Σ g · y − Σ g' · x is the scale times its gradient, and Σ g − Σ g' the sum of g outside.
   */
  @Override
  public Gradients gradients(Tensor gradient, Tensor x, Tensor y) {
    Tensor input = torch.empty_like(x);
    double products = 0;
    double outside = 0;
    try (PointerScope scope = new PointerScope()) {
      Pieces pieces = new Pieces(gradient, x, y, input);
      Scalar low = new Scalar((lowest - zero - 0.5) * scale);
      Scalar high = new Scalar((highest - zero + 0.5) * scale);
      for (int index = 0; index < pieces.count(); index++) {
        try (PointerScope piece = new PointerScope()) {
          Tensor g = pieces.get(0, index);
          Tensor xs = pieces.get(1, index);
          Tensor to = pieces.get(3, index);
          torch.hardtanh_backward_out(to, g, xs, low, high);
          products += torch.dot(g, pieces.get(2, index)).item_float();
          products -= torch.dot(to, xs).item_float();
          outside += torch.sum(g).item_float() - torch.sum(to).item_float();
        }
      }
    }
    return new Gradients(input, new double[] {products / scale}, new double[] {-scale * outside});
  }
}
