package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which layers each quantizer of an activation feeds. */
final class QuantizedInputs {
  private final Map<QuantizerPlacement, List<Integer>> fed = new LinkedHashMap<>();
  private final int layers;

  QuantizedInputs(Graph graph, List<QuantizerPlacement> placements, List<WeightPlacement> layers) {
    this.layers = layers.size();
    Map<String, List<ActivationPlacement>> byValue = new HashMap<>();
    for (QuantizerPlacement placement : placements) {
      if (placement instanceof ActivationPlacement activation) {
        byValue.computeIfAbsent(activation.value(), key -> new ArrayList<>()).add(activation);
        fed.put(activation, new ArrayList<>());
      }
    }
    for (int layer = 0; layer < layers.size(); layer++) {
      for (ActivationPlacement each : before(graph, layers.get(layer), byValue)) {
        fed.getOrDefault(each, new ArrayList<>()).add(layer);
      }
    }
  }

  /** The quantizers between which and the layer nothing is quantized. */
  private static Set<ActivationPlacement> before(
      Graph graph, WeightPlacement layer, Map<String, List<ActivationPlacement>> byValue) {
    Set<ActivationPlacement> found = new HashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<Node> open = new ArrayDeque<>();
    Node first = graph.node(layer.node());
    if (first != null) {
      open.add(first);
    }
    while (!open.isEmpty()) {
      for (String input : open.remove().inputs()) {
        if (input.isEmpty() || graph.constant(input) != null || !seen.add(input)) {
          continue;
        }
        Node producer = graph.producer(input);
        if (byValue.containsKey(input)) {
          found.addAll(byValue.get(input));
        } else if (producer != null) {
          open.add(producer);
        }
      }
    }
    return found;
  }

  /** Widths of each layer's input when the weights have these. */
  int[] bits(int[] weightBits, PrecisionChoice.OfferedBits offered) {
    int[] bits = new int[layers];
    for (QuantizerPlacement placement : fed.keySet()) {
      int own = bits(placement, weightBits, offered);
      for (int layer : fed.getOrDefault(placement, List.of())) {
        bits[layer] = Math.max(bits[layer], own);
      }
    }
    return bits;
  }

  /** The widest of the layers behind it, and of those behind others of its group. */
  int bits(QuantizerPlacement placement, int[] weightBits, PrecisionChoice.OfferedBits offered) {
    int widest = 0;
    for (Map.Entry<QuantizerPlacement, List<Integer>> entry : fed.entrySet()) {
      int group = entry.getKey().unifiedGroup();
      boolean isSame = group != QuantizerPlacement.NO_GROUP && group == placement.unifiedGroup();
      if (isSame || entry.getKey().equals(placement)) {
        for (int layer : entry.getValue()) {
          widest = Math.max(widest, weightBits[layer]);
        }
      }
    }
    int wanted = widest == 0 ? HawqPrecision.FULL : widest;
    while (wanted < HawqPrecision.FULL && !offered.allows(placement, wanted)) {
      wanted++;
    }
    return wanted;
  }
}
