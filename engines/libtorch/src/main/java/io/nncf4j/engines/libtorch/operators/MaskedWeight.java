package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The node that multiplies a weight by a mask of zeros and ones while a model is trained. The mask
 * is either a buffer of the session's state, which whoever guides training changes, or follows from
 * logits that are learned:
 *
 * <pre>
 *   mask = sigmoid(z) &gt; ½,   z = s in evaluation,   z = s + logit(u), u uniform, in training
 *   gradients pass the comparison straight through and then the sigmoid
 * </pre>
 *
 * "Learning Sparse Neural Networks through L0 Regularization" (Louizos et al. 2018), as NNCF has
 * it.
 */
public final class MaskedWeight {
  /** Index of the mask or its logits among the inputs; the weight is the first. */
  public static final int MASK = 1;

  static final String TYPE = "MaskedWeight";
  private static final String FACTOR = "gradient_factor";
  private static final double NEAREST = 1e-6;

  private MaskedWeight() {}

  /** With a mask that is given. */
  public static Node node(String name, String weight, String mask, String output) {
    return node(name, weight, mask, output, Attributes.NONE);
  }

  /**
   * With logits that are learned.
   *
   * @param gradientFactor multiplies their gradients
   */
  public static Node learned(
      String name, String weight, String logits, String output, double gradientFactor) {
    Attributes attributes = Attributes.NONE.with(FACTOR, (float) gradientFactor);
    return node(name, weight, logits, output, attributes);
  }

  private static Node node(
      String name, String weight, String mask, String output, Attributes attributes) {
    return new Node(
        name,
        new OperatorType(OperatorType.NNCF_DOMAIN, TYPE),
        attributes,
        List.of(weight, mask),
        List.of(output));
  }

  public static boolean is(Node node) {
    return node.operator().domain().equals(OperatorType.NNCF_DOMAIN)
        && node.operator().name().equals(TYPE);
  }

  /** Whether the mask follows from logits. */
  public static boolean isLearned(Node node) {
    return is(node) && node.attributes().has(FACTOR);
  }

  static Operation compile(Node node) {
    if (!isLearned(node)) {
      return a -> a.set(torch.mul(a.tensor(0), a.tensor(MASK)));
    }
    double factor = node.floatAttribute(FACTOR, 1);
    return Operations.scoped(
        a -> {
          Tensor logits = a.tensor(MASK);
          Tensor noisy = a.isTraining() ? torch.add(logits, noise(logits)) : logits;
          return torch.mul(a.tensor(0), mask(noisy, factor));
        });
  }

  private static Tensor noise(Tensor like) {
    Tensor uniform = torch.rand_like(like);
    uniform.clamp_(Layouts.number(NEAREST), Layouts.number(1 - NEAREST));
    return torch.logit(uniform);
  }

  /**
   * Zeros and ones with the gradient of the sigmoid, times a factor. For losses that count them,
   * too.
   *
   * @return a handle of the scope that the caller has opened
   */
  public static Tensor mask(Tensor logits, double gradientFactor) {
    Tensor soft = torch.sigmoid(logits);
    Tensor hard = torch.gt(soft, new Scalar(0.5)).to(soft.scalar_type());
    Tensor straight = torch.sub(soft, soft.detach());
    return torch.add(hard, torch.mul(straight, new Scalar(gradientFactor)));
  }

  /** As {@link #mask}, opened and closed for the caller, summed. */
  public static Tensor sum(Tensor logits, double gradientFactor) {
    try (PointerScope scope = new PointerScope()) {
      Tensor sum = torch.sum(mask(logits, gradientFactor));
      sum.retainReference();
      return sum;
    }
  }
}
