package io.nncf4j.engines.libtorch.operators;

import java.util.Arrays;
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
    double outside;
    double error;
    try (PointerScope scope = new PointerScope()) {
      Pieces pieces = Pieces.of(gradient, x, y, input);
      double[] lost = new double[pieces.count()];
      double[] errors = new double[pieces.count()];
      Scalar low = new Scalar(0.0);
      Scalar high = new Scalar(Math.min(ceiling, end));
      pieces.forEach(
          index -> {
            Tensor g = pieces.get(0, index);
            Tensor xs = pieces.get(1, index);
            Tensor ys = pieces.get(2, index);
            Tensor to = pieces.get(3, index);
            torch.hardtanh_backward_out(to, g, xs, low, high);
            Tensor work = torch.sub(g, to);
            lost[index] = torch.sum(work.mul_(ys)).item_float();
            errors[index] = torch.sum(torch.sub_out(work, ys, xs).mul_(to)).item_float();
          });
      outside = Arrays.stream(lost).sum();
      error = Arrays.stream(errors).sum();
    }
    double above = outside / (highestCode() * grid.scale());
    double products = error + outside - (isCeilingInside ? above * ceiling : 0);
    return new Gradients(
        input,
        new double[] {products / grid.scale()},
        new double[] {isCeilingInside ? 0 : -grid.scale() * above});
  }
}
