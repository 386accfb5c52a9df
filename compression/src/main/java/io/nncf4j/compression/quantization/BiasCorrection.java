package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.quantization.plan.ActivationPlacement.InputUse;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Corrects biases so that every layer's mean output is the one it had in float:
 *
 * <pre>  b' = b + mean(W · x) - mean(W' · x'),   W', x' quantized  </pre>
 *
 * <p>Convolutions without a bias get one; depthwise convolutions and zero biases are no exceptions.
 * With x' measured in the quantized model, the means of a layer depend on the corrections of all
 * layers before it, so measuring and correcting go from the front of the network to its end, a few
 * layers at a time: correcting all at once would correct the same error in every layer that it
 * passes. After Nagel et al., "Data-free quantization through weight equalization and bias
 * correction" (2019), section 4.2, with measured means.
 */
final class BiasCorrection {
  /** A layer that can be corrected. */
  private record Layer(
      String node,
      String input,
      MeanResponse response,
      Tensor weight,
      Tensor quantizedWeight,
      double[] bias,
      double factor) {}

  private final List<Layer> layers = new ArrayList<>();

  BiasCorrection(Graph graph, QuantizationPlan plan, QuantizerGrids grids) {
    for (WeightPlacement placement : plan.weights()) {
      Node node = graph.node(placement.node());
      Tensor weight = graph.constant(placement.value());
      if (node == null || weight == null || !isCorrectable(graph, node, placement)) {
        continue;
      }
      IntegerGrid grid = grids.grid(placement);
      int axis = Math.floorMod(placement.channelAxis(), weight.rank());
      MeanResponse response = MeanResponse.of(graph, node, weight);
      double[] bias = bias(graph, node, response.outputs());
      if (bias != null) {
        layers.add(
            new Layer(
                node.name(),
                node.input(0),
                response,
                weight,
                grid.dequantize(grid.quantize(weight, axis), axis),
                bias,
                factor(node)));
      }
    }
  }

  /** A Gemm gives alpha times the product and beta times the bias. */
  private static double factor(Node node) {
    return node.is("Gemm") ? node.floatAttribute("alpha", 1) / node.floatAttribute("beta", 1) : 1;
  }

  private static boolean isCorrectable(Graph graph, Node node, WeightPlacement placement) {
    return placement.input() == 1 && LayerBias.of(graph, node) != null;
  }

  private static double @Nullable [] bias(Graph graph, Node node, int channels) {
    InputUse use = LayerBias.of(graph, node);
    Node reader = use == null ? null : graph.node(use.node());
    if (use == null || reader == null) {
      return null;
    }
    return reader.hasInput(use.input())
        ? spread(graph.constant(reader.input(use.input())), channels)
        : new double[channels];
  }

  private static double @Nullable [] spread(@Nullable Tensor bias, int channels) {
    if (bias == null || bias.size() != channels && bias.size() != 1) {
      return null;
    }
    return IntStream.range(0, channels)
        .mapToDouble(channel -> bias.doubleAt(bias.size() == 1 ? 0 : channel))
        .toArray();
  }

  /** The values of the float model whose channel means are needed to correct by {@code plan}. */
  static Set<String> inputs(Graph graph, QuantizationPlan plan) {
    Set<String> inputs = new LinkedHashSet<>();
    for (WeightPlacement placement : plan.weights()) {
      Node node = graph.node(placement.node());
      if (node != null && isCorrectable(graph, node, placement)) {
        inputs.add(node.input(0));
      }
    }
    return inputs;
  }

  /** Names of the layers that are corrected, in the order of the graph. */
  List<String> nodes() {
    return layers.stream().map(Layer::node).toList();
  }

  /**
   * Corrected biases by node name.
   *
   * @param nodes the layers to correct
   * @param floatMeans what the float model sees
   * @param quantizedMeans channel means of the input of a node in the quantized model, or null to
   *     take those of the float model
   */
  Map<String, Tensor> correct(
      Collection<String> nodes,
      Observations floatMeans,
      Function<String, double @Nullable []> quantizedMeans) {
    Map<String, Tensor> corrected = new LinkedHashMap<>();
    for (Layer layer : layers) {
      if (!nodes.contains(layer.node())) {
        continue;
      }
      double[] before = floatMeans.channelMeans(layer.input());
      double[] measured = quantizedMeans.apply(layer.node());
      double[] after = measured == null ? before : measured;
      if (before == null
          || after == null
          || before.length != layer.response().inputs()
          || after.length != before.length) {
        continue;
      }
      double[] wanted = layer.response().apply(layer.weight(), before);
      double[] found = layer.response().apply(layer.quantizedWeight(), after);
      float[] bias = new float[wanted.length];
      boolean finite = true;
      for (int channel = 0; channel < bias.length; channel++) {
        bias[channel] =
            (float) (layer.bias()[channel] + layer.factor() * (wanted[channel] - found[channel]));
        finite &= Float.isFinite(bias[channel]);
      }
      if (finite) {
        corrected.put(layer.node(), Tensor.ofFloats(bias, bias.length));
      }
    }
    return corrected;
  }
}
