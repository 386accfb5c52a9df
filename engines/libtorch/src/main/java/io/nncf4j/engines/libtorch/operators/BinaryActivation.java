package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The node that leaves one bit of each element of an activation [N, C, …] while a model is trained,
 * with a scale s and thresholds t of channels that are learned:
 *
 * <pre>
 *   s = exp(p),  t = σ(q)
 *   y = s where x &gt; t·s, else 0
 *   dx = g where 0 ≤ x ≤ s,   ds = Σ g·((y − x) / s where x ≤ s, else 1),   dt = −Σ g where 0 &lt; x &lt; s
 * </pre>
 *
 * The scale starts, at the first pass in training, at the value that a thousandth of the elements
 * reach. Formulas as in NNCF.
 */
public final class BinaryActivation {
  /** Index of the logarithm of the scale among the inputs, one number. */
  public static final int LOG_SCALE = 1;

  /** Index of the logits of thresholds, [1, C, 1, …]. */
  public static final int LOGITS = 2;

  /** Index of the number that tells whether the scale has started, 0 or 1. */
  public static final int STARTED = 3;

  static final String TYPE = "BinaryActivation";
  private static final String GRADIENT_FACTOR = "gradient_factor";
  private static final double HIGHEST = 0.001;
  private static final double SMALLEST_SCALE = 1e-6;

  private BinaryActivation() {}

  /**
   * @param inputs the activation, logarithm of the scale, logits of thresholds, whether it started
   * @param gradientFactor multiplies the gradients of scale and thresholds
   */
  public static Node node(String name, List<String> inputs, String output, double gradientFactor) {
    return new Node(
        name,
        new OperatorType(OperatorType.NNCF_DOMAIN, TYPE),
        Attributes.NONE.with(GRADIENT_FACTOR, (float) gradientFactor),
        inputs,
        List.of(output));
  }

  public static boolean is(Node node) {
    return node.operator().domain().equals(OperatorType.NNCF_DOMAIN)
        && node.operator().name().equals(TYPE);
  }

  static Operation compile(Node node) {
    double factor = node.floatAttribute(GRADIENT_FACTOR, 1);
    return a -> {
      if (a.isBypassed()) {
        a.set(a.tensor(0));
        return;
      }
      try (PointerScope scope = new PointerScope()) {
        if (a.isTraining() && a.tensor(STARTED).item_float() == 0) {
          start(a);
        }
        a.set(
            binary(
                a.tensor(0),
                torch.exp(slowed(a.tensor(LOG_SCALE), factor)),
                torch.sigmoid(slowed(a.tensor(LOGITS), factor))));
      }
    };
  }

  private static void start(Arguments a) {
    try (AutoGradMode off = new AutoGradMode(false)) {
      Tensor values = torch.flatten(a.tensor(0).detach());
      long count = values.numel();
      long highest = Math.max(1, Math.round(count * HIGHEST));
      Tensor scale = torch.kthvalue(values, count - highest + 1).get0();
      Tensor positive = torch.clamp_min(scale, new Scalar(SMALLEST_SCALE));
      a.tensor(LOG_SCALE).copy_(torch.reshape(torch.log(positive), 1));
      a.tensor(STARTED).fill_(new Scalar(1.0));
    }
  }

  /** The tensor itself, its gradient multiplied. */
  private static Tensor slowed(Tensor tensor, double factor) {
    if (factor == 1) {
      return tensor;
    }
    Tensor rest = torch.sub(tensor, tensor.detach());
    return torch.add(tensor.detach(), torch.mul(rest, new Scalar(factor)));
  }

  private static Tensor binary(Tensor x, Tensor scale, Tensor threshold) {
    Tensor values = x.detach();
    Tensor limit = scale.detach();
    Tensor above = torch.gt(values, torch.mul(threshold.detach(), limit));
    Tensor made = torch.mul(above.to(values.scalar_type()), limit);
    return GradMode.is_enabled() ? withGradients(made, x, scale, threshold) : made;
  }

  /**
   * The values of {@code made} with the gradients of another sum, in few passes over memory:
   *
   * <pre>
   *   clamp(x, 0, s) + s · (y − min(x, s)) / s' − t · [0 &lt; x &lt; s']       s' = s without a gradient
   * </pre>
   *
   * where x is above the scale, y is the scale, and the second summand nothing.
   */
  private static Tensor withGradients(Tensor made, Tensor x, Tensor scale, Tensor threshold) {
    Tensor values = x.detach();
    Tensor limit = scale.detach();
    Tensor clamped =
        torch.clamp(x, new TensorOptional(torch.zeros_like(limit)), new TensorOptional(scale));
    Tensor error = torch.sub(made, torch.minimum(values, limit));
    Tensor between =
        torch
            .logical_and(torch.gt(values, new Scalar(0.0)), torch.lt(values, limit))
            .to(values.scalar_type());
    Tensor straight = torch.addcmul(clamped, error, torch.div(scale, limit));
    straight = torch.addcmul(straight, between, threshold, new Scalar(-1.0));
    straight.set_data(made);
    return straight;
  }

  /** The scale as such a node computes it. */
  public static float scale(io.nncf4j.core.tensor.Tensor logScale) {
    try (PointerScope scope = new PointerScope()) {
      return TensorExchange.toHost(torch.exp(TensorExchange.copyToTorch(logScale))).floatAt(0);
    }
  }

  /** What elements are compared with, one number a channel, as such a node computes it. */
  public static io.nncf4j.core.tensor.Tensor limits(
      io.nncf4j.core.tensor.Tensor logScale, io.nncf4j.core.tensor.Tensor logits) {
    try (PointerScope scope = new PointerScope()) {
      Tensor scale = torch.exp(TensorExchange.copyToTorch(logScale));
      Tensor threshold = torch.sigmoid(TensorExchange.copyToTorch(logits));
      return TensorExchange.toHost(torch.mul(threshold, scale));
    }
  }
}
