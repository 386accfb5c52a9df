package io.nncf4j.engines.libtorch.operators;

import static io.nncf4j.engines.libtorch.operators.Operations.plus;
import static io.nncf4j.engines.libtorch.operators.Operations.scoped;
import static io.nncf4j.engines.libtorch.operators.Operations.times;
import static io.nncf4j.engines.libtorch.operators.Operations.unary;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Activation functions. Those whose backward pass reads only their result overwrite their input
 * where nobody else needs it.
 */
final class ActivationOperators {
  private ActivationOperators() {}

  static void addTo(OperatorTable table) {
    table.add("Relu", context -> overwriting(context, torch::relu, torch::relu_));
    table.add("Sigmoid", context -> overwriting(context, torch::sigmoid, torch::sigmoid_));
    table.add("Tanh", context -> overwriting(context, torch::tanh, torch::tanh_));
    table.add("HardSwish", unary(torch::hardswish));
    table.add("Mish", unary(torch::mish));
    table.add("Softplus", unary(ActivationOperators::softplus));
    table.add("Softsign", context -> scoped(a -> softsign(a.tensor(0))));
    table.add("HardSigmoid", ActivationOperators::hardSigmoid);
    table.add("LeakyRelu", context -> withScalar(context, "alpha", 0.01f, torch::leaky_relu));
    table.add("Celu", context -> withScalar(context, "alpha", 1, torch::celu));
    table.add("Elu", ActivationOperators::elu);
    table.add("Selu", ActivationOperators::selu);
    table.add("ThresholdedRelu", ActivationOperators::thresholdedRelu);
    table.add("Shrink", ActivationOperators::shrink);
    table.add("Gelu", ActivationOperators::gelu);
    table.add("Swish", ActivationOperators::swish);
    table.add("PRelu", context -> scoped(a -> parametricRelu(a.tensor(0), a.tensor(1))));
    table.add("Clip", ActivationOperators::clip);
    table.add("Softmax", context -> softmax(context, false));
    table.add("LogSoftmax", context -> softmax(context, true));
    table.add("Hardmax", ActivationOperators::hardmax);
    table.add("Dropout", ActivationOperators::dropout);
  }

  private static Operation overwriting(
      NodeContext context,
      UnaryOperator<org.bytedeco.pytorch.Tensor> call,
      Consumer<org.bytedeco.pytorch.Tensor> inPlace) {
    if (!context.canOverwrite(0)) {
      return arguments -> arguments.set(call.apply(arguments.tensor(0)));
    }
    return arguments -> {
      org.bytedeco.pytorch.Tensor input = arguments.tensor(0);
      inPlace.accept(input);
      arguments.set(input);
    };
  }

  private interface WithScalar {
    org.bytedeco.pytorch.Tensor call(org.bytedeco.pytorch.Tensor input, Scalar scalar);
  }

  private static Operation withScalar(
      NodeContext context, String attribute, float absent, WithScalar call) {
    Scalar scalar = new Scalar(context.node().floatAttribute(attribute, absent));
    return arguments -> arguments.set(call.call(arguments.tensor(0), scalar));
  }

  private static org.bytedeco.pytorch.Tensor softplus(org.bytedeco.pytorch.Tensor input) {
    // ONNX has no threshold beyond which the function is taken as linear; 40 is exact in float32.
    try (Scalar beta = new Scalar(1.0);
        Scalar threshold = new Scalar(40.0)) {
      return torch.softplus(input, beta, threshold);
    }
  }

  private static org.bytedeco.pytorch.Tensor softsign(org.bytedeco.pytorch.Tensor input) {
    return torch.div(input, plus(torch.abs(input), 1));
  }

  private static Operation hardSigmoid(NodeContext context) {
    float alpha = context.node().floatAttribute("alpha", 0.2f);
    float beta = context.node().floatAttribute("beta", 0.5f);
    if (Math.abs(alpha - 1 / 6.0) < 1e-6 && beta == 0.5f) {
      return arguments -> arguments.set(torch.hardsigmoid(arguments.tensor(0)));
    }
    return scoped(a -> clamp(plus(times(a.tensor(0), alpha), beta), 0, 1));
  }

  private static org.bytedeco.pytorch.Tensor clamp(
      org.bytedeco.pytorch.Tensor input, double low, double high) {
    return torch.clamp(
        input, new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high)));
  }

  private static Operation elu(NodeContext context) {
    Scalar alpha = new Scalar(context.node().floatAttribute("alpha", 1));
    Scalar one = new Scalar(1.0);
    return arguments -> arguments.set(torch.elu(arguments.tensor(0), alpha, one, one));
  }

  private static Operation selu(NodeContext context) {
    Scalar alpha = new Scalar(context.node().floatAttribute("alpha", 1.67326319217681884765625f));
    Scalar gamma = new Scalar(context.node().floatAttribute("gamma", 1.05070102214813232421875f));
    Scalar one = new Scalar(1.0);
    return arguments -> arguments.set(torch.elu(arguments.tensor(0), alpha, gamma, one));
  }

  private static Operation thresholdedRelu(NodeContext context) {
    Scalar alpha = new Scalar(context.node().floatAttribute("alpha", 1));
    Scalar zero = new Scalar(0.0);
    return arguments -> arguments.set(torch.threshold(arguments.tensor(0), alpha, zero));
  }

  private static Operation shrink(NodeContext context) {
    float lambda = context.node().floatAttribute("lambd", 0.5f);
    float bias = context.node().floatAttribute("bias", 0);
    return scoped(
        a -> {
          org.bytedeco.pytorch.Tensor x = a.tensor(0);
          org.bytedeco.pytorch.Tensor above = torch.gt(x, new Scalar(lambda));
          org.bytedeco.pytorch.Tensor below = torch.lt(x, new Scalar(-lambda));
          org.bytedeco.pytorch.Tensor zero = torch.mul(x, new Scalar(0));
          org.bytedeco.pytorch.Tensor lower = torch.where(below, shifted(x, bias), zero);
          return torch.where(above, shifted(x, -bias), lower);
        });
  }

  private static org.bytedeco.pytorch.Tensor shifted(
      org.bytedeco.pytorch.Tensor tensor, float summand) {
    return tensor.is_floating_point()
        ? plus(tensor, summand)
        : torch.add(tensor, new Scalar((long) summand));
  }

  private static Operation gelu(NodeContext context) {
    String form = context.node().stringAttribute("approximate", "none");
    return arguments -> arguments.set(torch.gelu(arguments.tensor(0), form));
  }

  private static Operation swish(NodeContext context) {
    float alpha = context.node().floatAttribute("alpha", 1);
    if (alpha == 1) {
      return arguments -> arguments.set(torch.silu(arguments.tensor(0)));
    }
    return scoped(a -> torch.mul(a.tensor(0), torch.sigmoid(times(a.tensor(0), alpha))));
  }

  /** libtorch wants one slope for each channel (axis 1); ONNX broadcasts from the right. */
  private static org.bytedeco.pytorch.Tensor parametricRelu(
      org.bytedeco.pytorch.Tensor input, org.bytedeco.pytorch.Tensor slope) {
    if (isPerChannel(input, slope)) {
      return torch.prelu(input, torch.reshape(slope, slope.numel()));
    }
    return torch.where(torch.lt(input, new Scalar(0)), torch.mul(input, slope), input);
  }

  private static boolean isPerChannel(
      org.bytedeco.pytorch.Tensor input, org.bytedeco.pytorch.Tensor slope) {
    long rank = input.dim();
    if (rank < 2 || !input.is_floating_point()) {
      return false;
    }
    for (long axis = 0; axis < slope.dim(); axis++) {
      if (slope.size(axis) != 1 && rank - slope.dim() + axis != 1) {
        return false;
      }
    }
    return true;
  }

  private static Operation clip(NodeContext context) {
    Node node = context.node();
    Tensor low = context.constant(1);
    Tensor high = context.constant(2);
    boolean isFixed = (low != null || !node.hasInput(1)) && (high != null || !node.hasInput(2));
    boolean isFloat =
        low != null && low.dataType().isFloatingPoint()
            || high != null && high.dataType().isFloatingPoint();
    if (isFixed && isFloat) {
      return clipToFixed(context, low, high);
    }
    return scopedClip();
  }

  private static Operation clipToFixed(
      NodeContext context,
      @org.jspecify.annotations.Nullable Tensor low,
      @org.jspecify.annotations.Nullable Tensor high) {
    if (low != null && high != null && context.canOverwrite(0)) {
      Scalar minimum = new Scalar(low.floatAt(0));
      Scalar maximum = new Scalar(high.floatAt(0));
      return arguments -> {
        org.bytedeco.pytorch.Tensor input = arguments.tensor(0);
        torch.hardtanh_(input, minimum, maximum);
        arguments.set(input);
      };
    }
    ScalarOptional minimum =
        low == null ? new ScalarOptional() : new ScalarOptional(new Scalar(low.floatAt(0)));
    ScalarOptional maximum =
        high == null ? new ScalarOptional() : new ScalarOptional(new Scalar(high.floatAt(0)));
    return arguments -> arguments.set(torch.clamp(arguments.tensor(0), minimum, maximum));
  }

  private static Operation scopedClip() {
    return scoped(
        a -> {
          if (!a.has(1) && !a.has(2)) {
            return a.tensor(0);
          }
          TensorOptional low = a.optional(1);
          TensorOptional high = a.optional(2);
          return torch.clamp(a.tensor(0), low, high);
        });
  }

  private static Operation softmax(NodeContext context, boolean logarithm) {
    long axis = context.node().intAttribute("axis", -1);
    ScalarTypeOptional sameType = new ScalarTypeOptional();
    return logarithm
        ? arguments -> arguments.set(torch.log_softmax(arguments.tensor(0), axis, sameType))
        : arguments -> arguments.set(torch.softmax(arguments.tensor(0), axis, sameType));
  }

  private static Operation hardmax(NodeContext context) {
    long axis = context.node().intAttribute("axis", -1);
    return scoped(
        a -> {
          org.bytedeco.pytorch.Tensor x = a.tensor(0);
          var best = torch.argmax(x, new org.bytedeco.pytorch.LongOptional(axis), true);
          return torch.scatter(torch.zeros_like(x), axis, best, new Scalar(1.0));
        });
  }

  /**
   * In evaluation the identity; in training a fresh mask at each run, from libtorch's generator.
   */
  private static Operation dropout(NodeContext context) {
    return Operations.scopedAll(
        a -> {
          org.bytedeco.pytorch.Tensor x = a.tensor(0);
          double ratio = a.number(1, 0.5);
          boolean asked = a.isTraining() || !context.isTrainable() && a.number(2, 0) != 0;
          boolean active = ratio > 0 && asked;
          if (!active) {
            a.set(0, x);
            if (a.wants(1)) {
              a.set(1, torch.ones_like(x).to(torch.ScalarType.Bool));
            }
            return;
          }
          var mask = torch.bernoulli(torch.full_like(x, new Scalar(1 - ratio)));
          a.set(0, torch.mul(x, times(mask, 1 / (1 - ratio))));
          a.set(1, mask.to(torch.ScalarType.Bool));
        });
  }
}
