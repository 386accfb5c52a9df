package io.nncf4j.learning;

import java.util.List;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Keeps steps from growing too large. */
public final class GradientClipping {
  private GradientClipping() {}

  /**
   * Scales all gradients together so that their common Euclidean norm is at most {@code largest}
   * ("On the difficulty of training recurrent neural networks", Pascanu et al. 2013).
   *
   * @return the norm before clipping
   */
  public static double byNorm(List<Tensor> parameters, double largest) {
    try (AutoGradMode off = new AutoGradMode(false)) {
      double squares = 0;
      for (Tensor parameter : parameters) {
        try (Tensor gradient = parameter.grad()) {
          if (gradient.defined()) {
            try (Tensor norm = torch.norm(gradient)) {
              double value = norm.item_float();
              squares += value * value;
            }
          }
        }
      }
      double norm = Math.sqrt(squares);
      double factor = largest / (norm + 1e-6);
      if (factor < 1) {
        shrink(parameters, factor);
      }
      return norm;
    }
  }

  private static void shrink(List<Tensor> parameters, double factor) {
    try (Scalar scale = new Scalar(factor)) {
      for (Tensor parameter : parameters) {
        try (Tensor gradient = parameter.grad()) {
          if (gradient.defined()) {
            gradient.mul_(scale);
          }
        }
      }
    }
  }
}
