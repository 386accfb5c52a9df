package io.nncf4j.compression.equalization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Gives the channels between two convolutions the same middle and the same width, so that one range
 * for the tensor fits them all.
 *
 * <pre>
 *   Conv(W, b) -- x -- Conv(V, c)      Conv(W / f, (b - m) / f) -- x.aligned -- Conv(f · V, c + V · m)
 *
 *   m = (high + low) / 2,   f = (high - low) / median over channels of (high - low)   for each channel
 * </pre>
 *
 * <p>The second convolution has one group, no padding, stride 1 and dilation 1, since a shift of
 * its input must come out the same everywhere. After NNCF's algorithm of the same name, with the
 * means of each sample's extremes instead of medians of quantiles, which cannot be merged exactly.
 *
 * @param untouched names of nodes that stay as they are
 * @param extremes low and high of each channel of the values between the convolutions
 */
public record ChannelAlignment(Set<String> untouched, Map<ChannelValue, double[][]> extremes)
    implements Pass {
  private static final double SMALLEST_WIDTH = 1e-10;
  private static final double LARGEST_FACTOR = 100;

  public ChannelAlignment {
    untouched = Set.copyOf(untouched);
    extremes = Map.copyOf(extremes);
  }

  /** The pass for a model, with what the samples show. */
  public static ChannelAlignment calibrated(
      Model model, Set<String> untouched, Calibrator calibrator, CalibrationSamples samples) {
    Set<ChannelValue> values = pairs(model.graph(), untouched).keySet();
    return new ChannelAlignment(
        untouched,
        values.isEmpty()
            ? Map.of()
            : ChannelObserver.meanExtremes(calibrator, model, values, samples));
  }

  /** Names of two convolutions, of which the second alone reads what the first gives. */
  private record Pair(String first, String second) {}

  @Override
  public PassResult apply(Model model) {
    Graph graph = model.graph();
    boolean changed = false;
    for (Map.Entry<ChannelValue, Pair> entry : pairs(graph, untouched).entrySet()) {
      double[][] seen = extremes.get(entry.getKey());
      Graph aligned =
          seen == null ? null : align(graph, entry.getKey().value(), entry.getValue(), seen);
      if (aligned != null) {
        graph = aligned;
        changed = true;
      }
    }
    return changed ? PassResult.of(model, graph) : PassResult.unchanged(model);
  }

  private static Map<ChannelValue, Pair> pairs(Graph graph, Set<String> untouched) {
    Map<ChannelValue, Pair> pairs = new LinkedHashMap<>();
    for (Node second : graph.nodes()) {
      Node first = graph.producer(second.input(0));
      if (first != null
          && first.is("Conv")
          && isPlain(graph, second)
          && graph.hasSingleUse(first.output(0))
          && hasConstants(graph, first)
          && hasConstants(graph, second)
          && !untouched.contains(first.name())
          && !untouched.contains(second.name())) {
        pairs.put(new ChannelValue(first.output(0), 1), new Pair(first.name(), second.name()));
      }
    }
    return pairs;
  }

  private static boolean hasConstants(Graph graph, Node node) {
    return graph.constant(node.input(1)) != null
        && (!node.hasInput(2) || graph.constant(node.input(2)) != null);
  }

  private static boolean isPlain(Graph graph, Node node) {
    return node.is("Conv")
        && node.intAttribute("group", 1) == 1
        && isAll(0, node.intsAttribute("pads"))
        && isAll(1, node.intsAttribute("strides"))
        && isAll(1, node.intsAttribute("dilations"))
        && (node.stringAttribute("auto_pad", "NOTSET").equals("NOTSET")
            || node.stringAttribute("auto_pad", "").equals("VALID"));
  }

  private static boolean isAll(long wanted, long[] found) {
    return Arrays.stream(found).allMatch(one -> one == wanted);
  }

  private static @Nullable Graph align(Graph graph, String value, Pair pair, double[][] seen) {
    Node first = graph.node(pair.first());
    Node second = graph.node(pair.second());
    Tensor before = first == null ? null : graph.constant(first.input(1));
    Tensor behind = second == null ? null : graph.constant(second.input(1));
    if (first == null || second == null || before == null || behind == null) {
      return null;
    }
    int channels = (int) before.dimension(0);
    if (seen[0].length != channels || behind.dimension(1) != channels) {
      return null;
    }
    double[] middle = new double[channels];
    double[] width = new double[channels];
    for (int channel = 0; channel < channels; channel++) {
      middle[channel] = (seen[1][channel] + seen[0][channel]) / 2;
      width[channel] = seen[1][channel] - seen[0][channel];
    }
    double[] factors = factors(width);
    double[] shares = Arrays.stream(factors).map(factor -> 1 / factor).toArray();
    double[] firstBias = bias(graph, first, channels);
    for (int channel = 0; channel < channels; channel++) {
      firstBias[channel] = (firstBias[channel] - middle[channel]) / factors[channel];
    }
    double[] secondBias = shifted(bias(graph, second, (int) behind.dimension(0)), behind, middle);
    GraphEditor editor = new GraphEditor(graph);
    Tensor newBefore = ChannelTensors.scaled(before, ChannelTensors.along(before, 0), shares);
    Tensor newBehind = ChannelTensors.scaled(behind, ChannelTensors.along(behind, 1), factors);
    replace(editor, first, newBefore, firstBias);
    replace(editor, second, newBehind, secondBias);
    // Another value gets another name: what was seen of the old one does not hold for it.
    String aligned = editor.freshName(value + ".aligned");
    ValueType type = graph.types().get(value);
    if (type != null) {
      editor.type(aligned, type);
    }
    editor.redirect(second.name(), 0, aligned);
    editor.replace(editor.node(first.name()).withOutputs(java.util.List.of(aligned)));
    return editor.removeUnused().build();
  }

  /** Widths against their median, clipped; channels that never change keep what they are. */
  static double[] factors(double[] width) {
    double[] positive = Arrays.stream(width).filter(one -> one > SMALLEST_WIDTH).sorted().toArray();
    double median =
        positive.length == 0
            ? 1
            : (positive[(positive.length - 1) / 2] + positive[positive.length / 2]) / 2;
    return Arrays.stream(width)
        .map(
            one ->
                one > SMALLEST_WIDTH
                    ? Math.min(LARGEST_FACTOR, Math.max(1 / LARGEST_FACTOR, one / median))
                    : 1)
        .toArray();
  }

  /** The bias that makes up for an input that lies lower by {@code middle}. */
  static double[] shifted(double[] bias, Tensor weight, double[] middle) {
    double[] result = bias.clone();
    int perOutput = weight.size() / bias.length;
    int window = perOutput / middle.length;
    for (int index = 0; index < weight.size(); index++) {
      result[index / perOutput] += weight.doubleAt(index) * middle[index % perOutput / window];
    }
    return result;
  }

  private static double[] bias(Graph graph, Node node, int channels) {
    Tensor bias = graph.constant(node.input(2));
    return IntStream.range(0, channels)
        .mapToDouble(channel -> bias == null ? 0 : bias.doubleAt(channel))
        .toArray();
  }

  private static void replace(GraphEditor editor, Node node, Tensor weight, double[] bias) {
    editor.redirect(node.name(), 1, editor.addConstant(node.input(1) + ".aligned", weight));
    String name =
        editor.addConstant(
            node.name() + ".aligned_bias", Tensor.ofDoubles(weight.dataType(), bias, bias.length));
    editor.redirect(node.name(), 2, name);
  }
}
