package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.quantize.RangeGradient;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * FakeQuantize whose range is learned, see {@link LearnedRange}. Scale and zero point are made from
 * the range by operations with gradients, the rest is one fused kernel; NNCF's gradient cuts off
 * what lies outside before it. {@link DirectQuantization} does the same faster where it applies.
 */
final class LearnedQuantization {
  private final Node node;
  private final LearnedRange range;
  private final long axis;
  private final FusedFakeQuantize kernel = new FusedFakeQuantize();

  private LearnedQuantization(Node node, LearnedRange range) {
    this.node = node;
    this.range = range;
    axis = node.intAttribute("axis", 0);
  }

  static Operation compile(Node node, LearnedRange range) {
    LearnedQuantization quantization = new LearnedQuantization(node, range);
    DirectQuantization direct = new DirectQuantization(node, range);
    return arguments -> {
      if (arguments.isBypassed()) {
        arguments.set(
            ClippedQuantizer.isClipped(node)
                ? ClippedQuantizer.clip(node, arguments.tensor(0))
                : arguments.tensor(0));
        return;
      }
      try (PointerScope scope = new PointerScope()) {
        if (direct.applies(arguments)) {
          arguments.set(direct.apply(arguments));
        } else {
          arguments.set(
              range.symmetric()
                  ? quantization.symmetric(arguments)
                  : quantization.tuned(arguments));
        }
      }
    };
  }

  private Tensor symmetric(Arguments a) {
    Tensor high = torch.add(torch.abs(parameter(a.tensor(2))), new Scalar(LearnedRange.SMALLEST));
    Tensor scale = torch.div(torch.reshape(high, -1), new Scalar((double) range.highestCode()));
    Tensor zeroPoint = torch.zeros_like(scale);
    double share = (double) range.lowestCode() / range.highestCode();
    Tensor x = input(a);
    if (range.gradient() == RangeGradient.NNCF) {
      x = clamped(x, torch.mul(high, new Scalar(share)), high);
    }
    return kernel.apply(
        x,
        scale,
        zeroPoint,
        axis(x),
        range.lowestCode(),
        range.highestCode(),
        range.gradient() == RangeGradient.NNCF ? 1 / (1 - share) : factor(x, scale));
  }

  private Tensor input(Arguments a) {
    return ClippedQuantizer.isClipped(node)
        ? ClippedQuantizer.clip(node, a.tensor(0))
        : a.tensor(0);
  }

  private Tensor tuned(Arguments a) {
    Tensor low = parameter(a.tensor(1));
    Tensor high = parameter(a.tensor(2));
    float[] bottoms = TensorExchange.toHost(low).toFloats();
    float[] tops = TensorExchange.toHost(high).toFloats();
    float[] raised = new float[bottoms.length];
    float[] widened = new float[bottoms.length];
    for (int channel = 0; channel < bottoms.length; channel++) {
      float[] used = range.used(bottoms[channel], tops[channel]);
      raised[channel] = used[0] - bottoms[channel];
      widened[channel] = used[1] - tops[channel];
    }
    // Tuning moves the ends without a gradient of its own.
    Tensor bottom = torch.add(low, shaped(raised, low));
    Tensor top = torch.add(high, shaped(widened, high));
    double steps = range.levels() - 1.0;
    Tensor scale = torch.reshape(torch.div(torch.sub(top, bottom), new Scalar(steps)), -1);
    Tensor zeroPoint = torch.neg(torch.div(torch.reshape(bottom, -1), scale));
    Tensor x = input(a);
    if (range.gradient() == RangeGradient.NNCF) {
      x = clamped(x, bottom, top);
    }
    return kernel.apply(x, scale, zeroPoint, axis(x), 0, range.levels() - 1L, factor(x, scale));
  }

  /** The parameter itself, its gradient multiplied by the factor of the range. */
  private Tensor parameter(Tensor tensor) {
    if (range.gradientFactor() == 1) {
      return tensor;
    }
    Tensor scaled = torch.mul(tensor, new Scalar(range.gradientFactor()));
    return torch.add(tensor.detach(), torch.sub(scaled, scaled.detach()));
  }

  private static Tensor shaped(float[] values, Tensor like) {
    try (AutoGradMode off = new AutoGradMode(false)) {
      return torch.reshape(Operations.floats(values), TensorExchange.shape(like));
    }
  }

  private static Tensor clamped(Tensor x, Tensor low, Tensor high) {
    return torch.clamp(x, new TensorOptional(low), new TensorOptional(high));
  }

  private long axis(Tensor x) {
    return Operations.axis(axis, x.dim());
  }

  private double factor(Tensor x, Tensor scale) {
    if (range.gradient() != RangeGradient.SCALED_STEP) {
      return 1;
    }
    return 1 / Math.sqrt((double) x.numel() / scale.numel() * range.highestCode());
  }
}
