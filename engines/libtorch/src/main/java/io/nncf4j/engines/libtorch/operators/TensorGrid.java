package io.nncf4j.engines.libtorch.operators;

import java.util.Arrays;
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
    boolean isDouble = TensorExchange.scalarType(x) == ScalarType.Double;
    if (zero == 0 && first == 0 && last == BYTE_CODES && x.numel() > 0 && !isDouble) {
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
      Pieces pieces = Pieces.of(x, rounded);
      Scalar inverse = new Scalar(isDouble ? 1.0 / scale : (double) (1 / scale));
      Scalar width = new Scalar((double) scale);
      ScalarOptional low = Layouts.number(first);
      ScalarOptional high = Layouts.number(last);
      pieces.forEach(
          index -> {
            Tensor to = pieces.get(1, index);
            torch.mul_out(to, pieces.get(0, index), inverse);
            to.round_().clamp_(low, high).mul_(width);
          });
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
    double[] products;
    double[] outside;
    try (PointerScope scope = new PointerScope()) {
      Pieces pieces = Pieces.of(gradient, x, y, input);
      double[] product = new double[pieces.count()];
      double[] lost = new double[pieces.count()];
      Scalar low = new Scalar((lowest - zero - 0.5) * scale);
      Scalar high = new Scalar((highest - zero + 0.5) * scale);
      pieces.forEach(
          index -> {
            Tensor g = pieces.get(0, index);
            Tensor xs = pieces.get(1, index);
            Tensor to = pieces.get(3, index);
            torch.hardtanh_backward_out(to, g, xs, low, high);
            Tensor work = torch.mul(g, pieces.get(2, index));
            work.addcmul_(to, xs, new Scalar(-1.0));
            product[index] = torch.sum(work).item_float();
            lost[index] = torch.sum(torch.sub_out(work, g, to)).item_float();
          });
      products = product;
      outside = lost;
    }
    return new Gradients(
        input,
        new double[] {Arrays.stream(products).sum() / scale},
        new double[] {-scale * Arrays.stream(outside).sum()});
  }
}
