package io.nncf4j.learning;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Losses over libtorch tensors: each gives a scalar with gradients, the caller's to close. */
public final class Losses {
  private static final long MEAN = 1;
  private static final long SUM = 2;
  private static final long NOTHING_IGNORED = -100;

  private Losses() {}

  /** Mean softmax cross entropy of {@code logits} [N, classes] and class indices [N]. */
  public static Tensor crossEntropy(Tensor logits, Tensor targets) {
    return crossEntropy(logits, targets, 0);
  }

  /**
   * Cross entropy with label smoothing ("Rethinking the Inception Architecture", Szegedy et al.
   * 2016): the target is {@code 1 - smoothing} on the class and the rest spread over all classes.
   */
  public static Tensor crossEntropy(Tensor logits, Tensor targets, double smoothing) {
    try (TensorOptional none = new TensorOptional()) {
      return torch.cross_entropy_loss(logits, targets, none, MEAN, NOTHING_IGNORED, smoothing);
    }
  }

  /** Cross entropy where each class has a weight. */
  public static Tensor crossEntropy(
      Tensor logits, Tensor targets, double smoothing, Tensor classWeights) {
    try (TensorOptional weights = new TensorOptional(classWeights)) {
      return torch.cross_entropy_loss(logits, targets, weights, MEAN, NOTHING_IGNORED, smoothing);
    }
  }

  public static Tensor meanSquaredError(Tensor values, Tensor targets) {
    return torch.mse_loss(values, targets, MEAN);
  }

  /** Quadratic up to {@code beta}, linear beyond ("Fast R-CNN", Girshick 2015). */
  public static Tensor smoothL1(Tensor values, Tensor targets, double beta) {
    return torch.smooth_l1_loss(values, targets, MEAN, beta);
  }

  /** Mean binary cross entropy of logits. */
  public static Tensor binaryCrossEntropy(Tensor logits, Tensor targets) {
    try (TensorOptional none = new TensorOptional();
        TensorOptional noWeight = new TensorOptional()) {
      return torch.binary_cross_entropy_with_logits(logits, targets, none, noWeight, MEAN);
    }
  }

  /**
   * Distillation ("Distilling the Knowledge in a Neural Network", Hinton et al. 2015): {@code T² ·
   * KL(teacher / T ‖ student / T)}, the mean over the batch. The teacher gets no gradient unless
   * its logits carry one.
   */
  public static Tensor distillation(
      Tensor studentLogits, Tensor teacherLogits, double temperature) {
    double factor = temperature * temperature / studentLogits.size(0);
    try (Scalar heat = new Scalar(temperature);
        Scalar scale = new Scalar(factor);
        ScalarTypeOptional sameType = new ScalarTypeOptional();
        Tensor student = torch.div(studentLogits, heat);
        Tensor teacher = torch.div(teacherLogits, heat);
        Tensor logStudent = torch.log_softmax(student, -1, sameType);
        Tensor soft = torch.softmax(teacher, -1, sameType);
        Tensor divergence = torch.kl_div(logStudent, soft, SUM, false)) {
      return torch.mul(divergence, scale);
    }
  }
}
