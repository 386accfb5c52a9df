package io.nncf4j.compression.equalization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.options.SmoothQuantAlphas;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves outliers of activation channels into weights, where per-channel scales can take them.
 *
 * <pre>
 *   x ---- MatMul(W)          x -- Mul(1/s) -- x.smoothed ---- MatMul(s · W)
 *      \-- MatMul(V)                                        \-- MatMul(s · V)
 * </pre>
 *
 * <p>All layers that read the same value share one s, the most even of theirs. Where the value
 * comes from constants that can take 1/s, such as those of a layer normalization, they do, and no
 * node is added. After Xiao et al., "SmoothQuant" (arXiv 2211.10438), equation 3 and 4.
 *
 * @param alphas how much is moved
 * @param untouched names of nodes that stay as they are
 * @param maxima largest magnitude of each channel of the values that {@link #observed} names
 */
public record SmoothQuant(
    SmoothQuantAlphas alphas, Set<String> untouched, Map<ChannelValue, float[]> maxima)
    implements Pass {
  public SmoothQuant {
    untouched = Set.copyOf(untouched);
    maxima = Map.copyOf(maxima);
  }

  /** The pass for a model, with what the samples show. */
  public static SmoothQuant calibrated(
      Model model,
      SmoothQuantAlphas alphas,
      Set<String> untouched,
      Calibrator calibrator,
      CalibrationSamples samples) {
    Set<ChannelValue> values = groups(model.graph(), alphas, untouched).keySet();
    return new SmoothQuant(
        alphas,
        untouched,
        values.isEmpty()
            ? Map.of()
            : ChannelObserver.absoluteMaxima(calibrator, model, values, samples));
  }

  @Override
  public PassResult apply(Model model) {
    Map<ChannelValue, List<SmoothedLayer>> groups = groups(model.graph(), alphas, untouched);
    Map<ChannelValue, double[]> scales = new LinkedHashMap<>();
    groups.forEach(
        (value, layers) -> {
          float[] seen = maxima.get(value);
          if (seen != null && seen.length == layers.get(0).channels() && isFiniteAndNotZero(seen)) {
            scales.put(value, scales(model.graph(), layers, seen));
          }
        });
    Graph graph = model.graph();
    for (Map.Entry<ChannelValue, double[]> entry : scales.entrySet()) {
      List<SmoothedLayer> layers = groups.getOrDefault(entry.getKey(), List.of());
      graph = smooth(graph, entry.getKey(), layers, entry.getValue());
    }
    return scales.isEmpty() ? PassResult.unchanged(model) : PassResult.of(model, graph);
  }

  private static boolean isFiniteAndNotZero(float[] maxima) {
    float largest = 0;
    for (float one : maxima) {
      largest = Math.max(largest, one);
    }
    return largest > 0 && Float.isFinite(largest);
  }

  private static Map<ChannelValue, List<SmoothedLayer>> groups(
      Graph graph, SmoothQuantAlphas alphas, Set<String> untouched) {
    Map<ChannelValue, List<SmoothedLayer>> groups = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      boolean isWanted = (node.is("Conv") ? alphas.convolution() : alphas.matmul()) >= 0;
      SmoothedLayer layer =
          isWanted && !untouched.contains(node.name()) ? SmoothedLayer.of(graph, node) : null;
      if (layer != null) {
        groups.computeIfAbsent(layer.activation(), key -> new ArrayList<>()).add(layer);
      }
    }
    return groups;
  }

  private double[] scales(Graph graph, List<SmoothedLayer> layers, float[] seen) {
    double[] best = new double[0];
    double evenness = -1;
    for (SmoothedLayer layer : layers) {
      Node node = graph.node(layer.node());
      Tensor weight = graph.constant(layer.weight());
      if (node == null || weight == null) {
        continue;
      }
      double alpha = node.is("Conv") ? alphas.convolution() : alphas.matmul();
      double[] weights =
          ChannelTensors.absoluteMaxima(weight, layer.inputChannel(), layer.channels());
      double[] found = SmoothingScales.of(seen, weights, alpha);
      if (SmoothingScales.evenness(found) > evenness) {
        evenness = SmoothingScales.evenness(found);
        best = found;
      }
    }
    return best;
  }

  private static Graph smooth(
      Graph graph, ChannelValue value, List<SmoothedLayer> layers, double[] scales) {
    GraphEditor editor = new GraphEditor(graph);
    double[] shares = Arrays.stream(scales).map(scale -> 1 / scale).toArray();
    String smoothed =
        ChannelScaling.apply(
            graph, editor, value, layers.stream().map(SmoothedLayer::node).toList(), shares);
    for (SmoothedLayer layer : layers) {
      Tensor weight = graph.constant(layer.weight());
      if (weight != null) {
        String scaled =
            editor.addConstant(
                layer.weight() + ".smoothed",
                ChannelTensors.scaled(weight, layer.inputChannel(), scales));
        editor.redirect(layer.node(), layer.weightInput(), scaled);
        editor.redirect(layer.node(), layer.activationInput(), smoothed);
      }
    }
    return editor.removeUnused().build();
  }
}
