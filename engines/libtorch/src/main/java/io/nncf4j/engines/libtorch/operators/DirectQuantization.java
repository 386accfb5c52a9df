package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.quantize.RangeGradient;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * FakeQuantize with a learned range, forward and backward in few passes over memory: see {@link
 * UniformGrid}. The range's gradients are added to its parameters without a graph of their own.
 *
 * <pre>
 *   symmetric:   scale = |high| / H                         d high = d scale · sign(high) / H
 *   asymmetric:  scale = (high − low) / n, zero = −low / scale
 *                d scale' = d scale + d zero · low / scale²
 *                d high = d scale' / n     d low = −d scale' / n − d zero / scale
 * </pre>
 */
final class DirectQuantization {
  private final Node node;
  private final LearnedRange range;
  private final long axis;

  DirectQuantization(Node node, LearnedRange range) {
    this.node = node;
    this.range = range;
    axis = node.intAttribute("axis", 0);
  }

  /** Whether this way is open; otherwise the range is made by operations with gradients. */
  boolean applies(Arguments a) {
    return range.gradient() != RangeGradient.NNCF
        && a.tensor(1).is_leaf()
        && a.tensor(2).is_leaf()
        && isRounded(TensorExchange.scalarType(a.tensor(0)))
        && TensorExchange.scalarType(a.tensor(2)) == ScalarType.Float;
  }

  /** Gradients are for float32 only; float64 is for evaluating exactly. */
  private static boolean isRounded(ScalarType type) {
    return type == ScalarType.Float || (type == ScalarType.Double && !GradMode.is_enabled());
  }

  /** The quantized input, a handle that stays open when the caller's scope ends. */
  Tensor apply(Arguments a) {
    Tensor x = a.tensor(0);
    Ends ends = ends(a);
    UniformGrid grid = grid(ends, Operations.axis(axis, x.dim()));
    Tensor dense;
    Tensor rounded;
    try (AutoGradMode off = new AutoGradMode(false)) {
      dense = Layouts.dense(x.detach());
      rounded = grid.round(dense);
    }
    boolean learns = a.tensor(1).requires_grad() || a.tensor(2).requires_grad();
    if (!GradMode.is_enabled() || !(x.requires_grad() || learns)) {
      return rounded;
    }
    Tensor linked = x.requires_grad() ? linked(x, rounded) : rounded;
    linked.set_requires_grad(true);
    a.keepForBackward(
        new Saved(linked, new Tensor(dense), new Tensor(rounded.detach()), grid, ends, a));
    return linked;
  }

  /**
   * The values of {@code rounded} as a result of {@code x} whose gradient is handed on as it is.
   */
  private static Tensor linked(Tensor x, Tensor rounded) {
    Tensor linked = x.view(TensorExchange.shape(x));
    linked.set_data(rounded);
    return linked;
  }

  /** The range in use. */
  private record Ends(float[] low, float[] high) {}

  private Ends ends(Arguments a) {
    float[] low = TensorExchange.toHost(a.tensor(1)).toFloats();
    float[] high = TensorExchange.toHost(a.tensor(2)).toFloats();
    for (int channel = 0; channel < high.length; channel++) {
      if (!Float.isFinite(high[channel]) || !(range.symmetric() || Float.isFinite(low[channel]))) {
        throw new DivergedRangeException(
            "the range of the quantizer \""
                + node.name()
                + "\" of \""
                + node.input(0)
                + "\", "
                + low[channel]
                + " … "
                + high[channel]);
      }
      float[] used = range.used(range.symmetric() ? 0 : low[channel], high[channel]);
      low[channel] = used[0];
      high[channel] = used[1];
    }
    return new Ends(low, high);
  }

  private UniformGrid grid(Ends ends, int channelAxis) {
    int channels = ends.high.length;
    float[] scales = new float[channels];
    long[] zeros = new long[channels];
    long lowest = range.symmetric() ? range.lowestCode() : 0;
    long highest = range.symmetric() ? range.highestCode() : range.levels() - 1L;
    for (int channel = 0; channel < channels; channel++) {
      if (range.symmetric()) {
        scales[channel] = ends.high[channel] / range.highestCode();
      } else {
        scales[channel] = (ends.high[channel] - ends.low[channel]) / (range.levels() - 1);
        zeros[channel] =
            Math.max(
                lowest, Math.min(highest, (long) Math.rint(-ends.low[channel] / scales[channel])));
      }
    }
    if (channels > 1) {
      return new ChannelGrid(channelAxis, scales, zeros, lowest, highest);
    }
    TensorGrid grid = new TensorGrid(scales[0], zeros[0], lowest, highest);
    return ClippedQuantizer.isClipped(node)
        ? new ClippedGrid(grid, ClippedQuantizer.ceiling(node))
        : grid;
  }

  /** What the backward pass of one quantizer needs. */
  private final class Saved implements PendingBackward.Entry, UnaryOperator<Tensor> {
    private final int number;
    private final Tensor x;
    private final Tensor y;
    private final UniformGrid grid;
    private final Ends ends;
    private final Tensor low;
    private final Tensor high;
    private boolean done;

    Saved(Tensor linked, Tensor x, Tensor y, UniformGrid grid, Ends ends, Arguments a) {
      this.x = x;
      this.y = y;
      this.grid = grid;
      this.ends = ends;
      low = a.tensor(1);
      high = a.tensor(2);
      x.retainReference();
      y.retainReference();
      number = BackwardCallbacks.instance().add(linked, this);
    }

    @Override
    public Tensor apply(Tensor gradient) {
      if (done) {
        throw new NncfException(
            "The quantizer \"" + node.name() + "\" is passed backward for the second time");
      }
      try (AutoGradMode off = new AutoGradMode(false);
          PointerScope scope = new PointerScope()) {
        UniformGrid.Gradients found = grid.gradients(Layouts.as(gradient, x), x, y);
        addRangeGradients(found);
        found.input().retainReference();
        release();
        return found.input();
      }
    }

    private void addRangeGradients(UniformGrid.Gradients found) {
      float[] ofLow = new float[ends.low.length];
      float[] ofHigh = new float[ends.high.length];
      double factor = range.gradientFactor() * factor(x.numel(), ofHigh.length);
      for (int channel = 0; channel < ofHigh.length; channel++) {
        double scale = found.scale()[channel] * factor;
        if (range.symmetric()) {
          ofHigh[channel] = (float) (scale / range.highestCode());
        } else {
          double zero = found.zero()[channel] * factor;
          double steps = range.levels() - 1.0;
          double width = (ends.high[channel] - ends.low[channel]) / steps;
          double both = scale + zero * ends.low[channel] / (width * width);
          ofHigh[channel] = (float) (both / steps);
          ofLow[channel] = (float) (-both / steps - zero / width);
        }
      }
      if (range.symmetric()) {
        Tensor signs = torch.sign(high.detach());
        add(high, torch.mul(shaped(ofHigh, high), signs));
      } else {
        add(low, shaped(ofLow, low));
        add(high, shaped(ofHigh, high));
      }
    }

    @Override
    public boolean isDone() {
      return done;
    }

    private void release() {
      done = true;
      x.close();
      y.close();
    }

    @Override
    public void close() {
      BackwardCallbacks.instance().remove(number);
      if (!done) {
        release();
      }
    }
  }

  private double factor(long values, int channels) {
    return range.gradient() == RangeGradient.SCALED_STEP
        ? 1 / Math.sqrt((double) values / channels * range.highestCode())
        : 1;
  }

  private static Tensor shaped(float[] values, Tensor like) {
    return torch.reshape(Operations.floats(values), TensorExchange.shape(like));
  }

  private static void add(Tensor parameter, Tensor gradient) {
    if (!parameter.requires_grad()) {
      return;
    }
    Tensor known = parameter.mutable_grad();
    if (known.defined()) {
      known.add_(gradient);
    } else {
      known.put(gradient);
    }
  }
}
