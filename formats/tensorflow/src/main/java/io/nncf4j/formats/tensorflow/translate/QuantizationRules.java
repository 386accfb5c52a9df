package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * TensorFlow's fake quantizers. A range is moved so that zero is one of the levels, as TensorFlow
 * does when it runs them.
 */
final class QuantizationRules {
  private QuantizationRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put(
        "FakeQuantWithMinMaxArgs",
        node ->
            quantize(
                node,
                new float[] {node.node.real("min", -6)},
                new float[] {node.node.real("max", 6)}));
    rules.put(
        "FakeQuantWithMinMaxVars",
        node -> quantize(node, node.known(1).toFloats(), node.known(2).toFloats()));
    rules.put(
        "FakeQuantWithMinMaxVarsPerChannel",
        node -> quantize(node, node.known(1).toFloats(), node.known(2).toFloats()));
  }

  private static void quantize(NodeContext node, float[] low, float[] high) {
    long bits = node.node.number("num_bits", 8);
    if (bits < 2 || bits > 16 || low.length != high.length || low.length == 0) {
      throw new InexpressibleNodeException(
          "it has " + bits + " bits and " + low.length + " ranges");
    }
    int levels = (1 << bits) - (node.node.flag("narrow_range", false) ? 1 : 0);
    float[] lower = new float[low.length];
    float[] upper = new float[low.length];
    for (int channel = 0; channel < low.length; channel++) {
      nudge(low[channel], high[channel], levels, channel, lower, upper);
    }
    LaidOut input = node.input(0);
    boolean channels = low.length > 1;
    LaidOut kept =
        channels && input.layout() instanceof Layout.Flattened
            ? LaidOut.plain(node.plain(0))
            : input;
    long[] shape = new long[channels ? node.rank(kept.value()) : 0];
    if (channels) {
      Arrays.fill(shape, 1);
      shape[kept.isChannelsFirst() ? 1 : shape.length - 1] = low.length;
    }
    String from = node.constant(Tensor.ofFloats(lower, shape));
    String to = node.constant(Tensor.ofFloats(upper, shape));
    String value = node.translation().graph().freshName(node.node.name());
    node.translation()
        .graph()
        .add(
            new Node(
                node.translation().graph().freshName(node.node.name() + "/FakeQuantize"),
                FakeQuantize.OPERATOR,
                Attributes.NONE.with("levels", (long) levels),
                List.of(kept.value(), from, to, from, to),
                List.of(value)));
    node.translation().graph().declare(value, node.translation().graph().type(kept.value()));
    node.result(new LaidOut(value, kept.layout()));
  }

  /** In float32 and with ties away from zero, as TensorFlow has it: a tie is a whole level. */
  private static void nudge(
      float low, float high, int levels, int channel, float[] lower, float[] upper) {
    float scale = (high - low) / (levels - 1);
    double zero = Math.max(0, Math.min(levels - 1, Math.floor((double) (-low / scale) + 0.5)));
    lower[channel] = (float) (-zero * scale);
    upper[channel] = (float) ((levels - 1 - zero) * scale);
  }
}
