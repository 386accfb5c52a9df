package io.nncf4j.compression.quantization.runtime;

import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.FloatNode;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.quantization.propagation.NodesLeftInFloat;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Plans for ONNX Runtime on the CPU alone: quantizers at both sides of every node that then runs on
 * integers, so that nothing between two such nodes falls back to float.
 *
 * <ul>
 *   <li>Convolutions, Gemm and MatMul with a constant weight are quantized: signed per-channel
 *       weights, per-tensor activations.
 *   <li>ReLU and Clip behind them, or behind an addition, disappear into the quantizer that
 *       follows, so the range is taken behind them.
 *   <li>Additions, concatenations and poolings are quantized where all they read is quantized
 *       anyway and someone behind them wants integers.
 *   <li>Operators that only move values share one scale between input and output.
 * </ul>
 */
public final class OnnxRuntimePlanner implements Planner {
  @Override
  public QuantizationPlan plan(Model model, QuantizationOptions options) {
    return new Run(model.graph(), options).plan();
  }

  /** The state of planning one graph. */
  private static final class Run {
    private final Graph graph;
    private final QuantizationOptions options;
    private final OnnxRuntimeLimits limits;
    private final Map<String, FloatNode> leftInFloat;
    private final Set<Node> quantized = new LinkedHashSet<>();
    private final Set<String> integerValues = new LinkedHashSet<>();
    private final List<FloatNode> floatNodes = new ArrayList<>();
    private final Map<String, String> groupOf = new HashMap<>();

    Run(Graph graph, QuantizationOptions options) {
      this.graph = graph;
      this.options = options;
      limits = OnnxRuntimeLimits.of(options);
      leftInFloat = NodesLeftInFloat.find(graph, options);
    }

    QuantizationPlan plan() {
      graph.nodes().forEach(this::consider);
      dropUnwanted();
      List<QuantizerPlacement> placements = placements();
      return new QuantizationPlan(options, placements, floatNodes, limits.findings());
    }

    /** Forward: weighted nodes, and others all of whose inputs are integers already. */
    private void consider(Node node) {
      FloatNode left = leftInFloat.get(node.name());
      if (left != null) {
        if (RuntimeOperators.weight(graph, node) != null || computesOnIntegers(node)) {
          floatNodes.add(left);
        }
        return;
      }
      String obstacle = RuntimeOperators.obstacle(graph, node);
      if (obstacle != null) {
        keepFloat(node, "no-integer-kernel", obstacle);
        return;
      }
      boolean isWeighted = RuntimeOperators.weight(graph, node) != null;
      boolean follows =
          (RuntimeOperators.hasIntegerKernel(node) || RuntimeOperators.keepsValues(graph, node))
              && readsIntegersOnly(node);
      if (isWeighted || follows) {
        quantized.add(node);
        activationInputs(node).forEach(integerValues::add);
        for (int output = 0; output < node.outputs().size(); output++) {
          if (!node.output(output).isEmpty()) {
            integerValues.add(quantizedOutput(node, output));
          }
        }
      } else if (computesOnIntegers(node)) {
        keepFloat(node, "reads-floats", "not everything that it reads is quantized");
      }
    }

    private boolean computesOnIntegers(Node node) {
      return RuntimeOperators.hasIntegerKernel(node) && isFloat(node.output(0));
    }

    private void keepFloat(Node node, String code, String reason) {
      floatNodes.add(new FloatNode(node.name(), node.type(), code, reason));
    }

    private boolean readsIntegersOnly(Node node) {
      List<String> read = activationInputs(node);
      return !read.isEmpty() && integerValues.containsAll(read);
    }

    /** Inputs that carry activations; a constant operand makes an addition stay in float. */
    private List<String> activationInputs(Node node) {
      if (RuntimeOperators.weight(graph, node) != null
          || RuntimeOperators.keepsValues(graph, node)) {
        return List.of(node.input(0));
      }
      return node.inputs().stream().filter(input -> !input.isEmpty()).distinct().toList();
    }

    /** Backward: whatever is no weighted node and has no reader that wants integers. */
    private void dropUnwanted() {
      List<Node> backwards = new ArrayList<>(quantized);
      java.util.Collections.reverse(backwards);
      for (Node node : backwards) {
        if (RuntimeOperators.weight(graph, node) == null && !isWanted(node)) {
          quantized.remove(node);
          if (computesOnIntegers(node)) {
            keepFloat(node, "no-integer-reader", "nothing behind it works on integers");
          }
        }
      }
    }

    private boolean isWanted(Node node) {
      for (int output = 0; output < node.outputs().size(); output++) {
        String value = quantizedOutput(node, output);
        boolean isQuantizedOutput = options.quantizeOutputs() && graph.isOutput(value);
        if (isQuantizedOutput
            || graph.uses(value).stream().anyMatch(use -> quantized.contains(use.node()))) {
          return true;
        }
      }
      return false;
    }

    /** The value whose quantizer closes the node: behind a ReLU or Clip that it absorbs. */
    private String quantizedOutput(Node node, int index) {
      String value = node.output(index);
      if (RuntimeOperators.keepsValues(graph, node)) {
        return value;
      }
      if (graph.hasSingleUse(value)) {
        Node reader = graph.uses(value).get(0).node();
        if (RuntimeOperators.isAbsorbed(graph, reader) && !isIgnored(reader)) {
          return reader.output(0);
        }
      }
      return value;
    }

    private List<QuantizerPlacement> placements() {
      Map<String, ActivationPlacement> activations = new LinkedHashMap<>();
      Map<Node, WeightPlacement> weights = new LinkedHashMap<>();
      for (Node node : quantized) {
        for (String input : activationInputs(node)) {
          activations.computeIfAbsent(input, this::activation);
        }
        boolean closes = !node.is("Gemm", "MatMul") || isWanted(node);
        for (int output = 0; output < node.outputs().size() && closes; output++) {
          if (!node.output(output).isEmpty() && isFloat(node.output(output))) {
            activations.computeIfAbsent(quantizedOutput(node, output), this::activation);
          }
        }
        RuntimeOperators.Weight weight = RuntimeOperators.weight(graph, node);
        if (weight != null) {
          weights.put(
              node,
              new WeightPlacement(
                  node.name(),
                  weight.input(),
                  weight.constant(),
                  limits.weight(),
                  weight.channelAxis(),
                  QuantizerPlacement.NO_GROUP));
        }
        uniteScales(node);
      }
      Map<String, Integer> numbers = groupNumbers(activations);
      List<QuantizerPlacement> all = new ArrayList<>();
      activations
          .values()
          .forEach(
              placement ->
                  all.add(
                      placement.withUnifiedGroup(
                          numbers.getOrDefault(root(placement.value()), 0))));
      all.addAll(weights.values());
      return all;
    }

    private boolean isFloat(String value) {
      DataType type = graph.tensorType(value).dataType();
      return type == null || type == DataType.FLOAT32;
    }

    private ActivationPlacement activation(String value) {
      return ActivationPlacement.ofValue(value, limits.activation());
    }

    private void uniteScales(Node node) {
      if (RuntimeOperators.keepsValues(graph, node)) {
        node.outputs().stream()
            .filter(output -> !output.isEmpty())
            .forEach(output -> unite(node.input(0), output));
      } else if (node.is("Concat") && quantizedOutput(node, 0).equals(node.output(0))) {
        node.inputs().forEach(input -> unite(input, node.output(0)));
      }
    }

    private void unite(String one, String other) {
      String a = root(one);
      String b = root(other);
      if (!a.equals(b)) {
        groupOf.put(b, a);
      }
    }

    private String root(String value) {
      String at = value;
      while (groupOf.containsKey(at)) {
        at = groupOf.get(at);
      }
      return at;
    }

    /** Numbers groups of more than one placement from 1, in the order of the graph. */
    private Map<String, Integer> groupNumbers(Map<String, ActivationPlacement> activations) {
      Map<String, Integer> sizes = new TreeMap<>();
      activations.keySet().forEach(value -> sizes.merge(root(value), 1, Integer::sum));
      Map<String, Integer> numbers = new HashMap<>();
      for (String value : activations.keySet()) {
        if (sizes.getOrDefault(root(value), 0) > 1) {
          numbers.computeIfAbsent(root(value), key -> numbers.size() + 1);
        }
      }
      return numbers;
    }

    private boolean isIgnored(Node node) {
      return leftInFloat.containsKey(node.name());
    }
  }
}
