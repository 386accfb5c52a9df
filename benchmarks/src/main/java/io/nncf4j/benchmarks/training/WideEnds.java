package io.nncf4j.benchmarks.training;

import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Few bits everywhere but in the first and in the last layer, which hold little of the weights and
 * lose most: these and the activations that they read keep 8.
 */
record WideEnds(Planner planner, int bits) implements Planner {
  @Override
  public QuantizationPlan plan(Model model, QuantizationOptions options) {
    QuantizationPlan plan = planner.plan(model, options);
    Graph graph = model.graph();
    Set<String> read = new HashSet<>();
    Set<String> ends = new HashSet<>();
    List<Node> layers =
        graph.nodes().stream()
            .filter(
                node -> plan.weights().stream().anyMatch(each -> each.node().equals(node.name())))
            .toList();
    for (Node end : List.of(layers.get(0), layers.get(layers.size() - 1))) {
      ends.add(end.name());
      read.add(end.input(0));
    }
    Set<Integer> groups = new HashSet<>();
    for (ActivationPlacement each : plan.activations()) {
      if (read.contains(each.value()) && each.unifiedGroup() != QuantizerPlacement.NO_GROUP) {
        groups.add(each.unifiedGroup());
      }
    }
    List<QuantizerPlacement> placements =
        plan.placements().stream().map(each -> narrowed(each, ends, read, groups)).toList();
    return new QuantizationPlan(plan.options(), placements, plan.floatNodes(), plan.findings());
  }

  private QuantizerPlacement narrowed(
      QuantizerPlacement each, Set<String> ends, Set<String> read, Set<Integer> groups) {
    if (each instanceof WeightPlacement weight) {
      return ends.contains(weight.node())
          ? weight
          : weight.withQuantizer(narrowed(weight.quantizer()));
    }
    ActivationPlacement activation = (ActivationPlacement) each;
    return read.contains(activation.value()) || groups.contains(activation.unifiedGroup())
        ? activation
        : activation.withQuantizer(narrowed(activation.quantizer()));
  }

  private Quantizer narrowed(Quantizer from) {
    return new Quantizer(
        bits, from.mode(), from.signedness(), from.perChannel(), from.narrowRange());
  }
}
