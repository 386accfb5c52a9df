package io.nncf4j.engines.libtorch.operators;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A grid for a whole tensor that is clipped to 0 … ceiling first. Rounding never changes the order
 * of values, so clipping moves on to the codes.
 */
record ClippedGrid(TensorGrid grid, double ceiling) implements UniformGrid {
  @Override
  public Tensor round(Tensor x) {
    return grid.round(x, 0, highestCode());
  }

  /** The code of what is clipped from above, less that of 0. */
  private long highestCode() {
    long top = grid.highest() - grid.zero();
    return ceiling / grid.scale() < top ? (long) Math.rint(ceiling / grid.scale()) : top;
  }

  /**
   * With g' the gradient of x, which is that of y between 0 and the lower one of ceiling and end of
   * the grid: above, y is constant, so Σ g · y − Σ g' · y is the sum of g there times it. There the
   * clipped value is either outside the grid or inside it and equal to the ceiling.
   */
  @Override
  public Gradients gradients(Tensor gradient, Tensor x, Tensor y) {
    double end = (grid.highest() - grid.zero() + 0.5) * grid.scale();
    boolean isCeilingInside = ceiling < end;
    Tensor input = torch.empty_like(x);
    double all = 0;
    double passed = 0;
    double error = 0;
    try (PointerScope scope = new PointerScope()) {
      Pieces pieces = new Pieces(gradient, x, y, input);
      Scalar low = new Scalar(0.0);
      Scalar high = new Scalar(Math.min(ceiling, end));
      for (int index = 0; index < pieces.count(); index++) {
        try (PointerScope piece = new PointerScope()) {
          Tensor g = pieces.get(0, index);
          Tensor xs = pieces.get(1, index);
          Tensor ys = pieces.get(2, index);
          Tensor to = pieces.get(3, index);
          torch.hardtanh_backward_out(to, g, xs, low, high);
          all += torch.dot(g, ys).item_float();
          double inside = torch.dot(to, ys).item_float();
          passed += inside;
          error += inside - torch.dot(to, xs).item_float();
        }
      }
    }
    double above = (all - passed) / (highestCode() * grid.scale());
    double products = error + (all - passed) - (isCeilingInside ? above * ceiling : 0);
    return new Gradients(
        input,
        new double[] {products / grid.scale()},
        new double[] {isCeilingInside ? 0 : -grid.scale() * above});
  }
}
