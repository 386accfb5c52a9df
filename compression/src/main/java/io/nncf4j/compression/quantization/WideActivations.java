package io.nncf4j.compression.quantization;

import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.propagation.IgnoredNodes;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A planner that gives the activations which some nodes read 16 bits instead of 8, for layers that
 * lose too much otherwise. Weights keep their bits; values that share one scale change together.
 *
 * @param planner decides where quantizers stand
 * @param nodes the nodes whose inputs get 16 bits
 */
record WideActivations(Planner planner, IgnoredScope nodes) implements Planner {
  private static final int BITS = 16;

  @Override
  public QuantizationPlan plan(Model model, QuantizationOptions options) {
    QuantizationPlan plan = planner.plan(model, options);
    Graph graph = model.graph();
    Set<String> names = new LinkedHashSet<>();
    for (Node node : IgnoredNodes.find(graph, nodes, "scope of wide activations")) {
      names.add(node.name());
    }
    Set<Integer> groups = new HashSet<>();
    for (ActivationPlacement placement : plan.activations()) {
      if (isRead(graph, placement, names)) {
        groups.add(placement.unifiedGroup());
      }
    }
    groups.remove(QuantizerPlacement.NO_GROUP);
    List<QuantizerPlacement> placements = new ArrayList<>();
    for (QuantizerPlacement placement : plan.placements()) {
      boolean wide =
          placement instanceof ActivationPlacement activation
              && (groups.contains(activation.unifiedGroup()) || isRead(graph, activation, names));
      placements.add(
          wide && placement instanceof ActivationPlacement activation
              ? activation.withQuantizer(widened(activation.quantizer()))
              : placement);
    }
    List<Finding> findings = new ArrayList<>(plan.findings());
    if (options.runsInOnnxRuntimeOnCpu() && !placements.equals(plan.placements())) {
      findings.add(
          new Finding(
              Finding.Severity.WARNING,
              "no-integer-kernel",
              "ONNX Runtime has no integer kernels for 16-bit activations on the CPU: these nodes run"
                  + " in float between conversions",
              List.copyOf(names)));
    }
    return new QuantizationPlan(plan.options(), placements, plan.floatNodes(), findings);
  }

  private static boolean isRead(Graph graph, ActivationPlacement placement, Set<String> names) {
    return placement.uses().isEmpty()
        ? graph.consumers(placement.value()).stream().anyMatch(node -> names.contains(node.name()))
        : placement.uses().stream().anyMatch(use -> names.contains(use.node()));
  }

  private static Quantizer widened(Quantizer quantizer) {
    return new Quantizer(
        Math.max(BITS, quantizer.bits()),
        quantizer.mode(),
        quantizer.signedness(),
        quantizer.perChannel(),
        quantizer.narrowRange());
  }
}
