package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.compression.hardware.HardwareProfile;
import io.nncf4j.compression.hardware.OperatorSupport;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.options.QuantizerConstraints;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.ActivationPlacement.InputUse;
import io.nncf4j.compression.quantization.plan.FloatNode;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.plan.Quantizer.Mode;
import io.nncf4j.compression.quantization.plan.Quantizer.Signedness;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Places quantizers as the tables of the target device ask for, moved up by {@link
 * QuantizerPropagation} as far as they can go. Knows what the device can do, not what its runtime
 * fuses.
 *
 * @param profile the device's table
 * @param merge what happens where branches meet
 * @param quantizedTypes element types that are quantized; the original framework knows float32 only
 */
public record PropagationPlanner(
    HardwareProfile profile, ConfigurationMerge merge, Set<DataType> quantizedTypes)
    implements Planner {
  /** The planner for a device, for all floating-point types that can be quantized. */
  public static PropagationPlanner forDevice(TargetDevice device) {
    HardwareProfile profile =
        switch (device) {
          case ANY, CPU, CPU_SPR -> HardwareProfile.cpu();
          case TRIAL -> HardwareProfile.trial();
          case GPU -> HardwareProfile.gpu();
          case NPU -> HardwareProfile.npu();
        };
    return new PropagationPlanner(
        profile,
        ConfigurationMerge.MERGE_ALL_IN_ONE,
        Set.of(DataType.FLOAT32, DataType.FLOAT16, DataType.BFLOAT16, DataType.FLOAT64));
  }

  @Override
  public QuantizationPlan plan(Model model, QuantizationOptions options) {
    Graph graph = model.graph();
    OperatorTraits traits = new OperatorTraits(profile);
    Map<String, FloatNode> floatNodes = new LinkedHashMap<>(NodesLeftInFloat.find(graph, options));
    PropagationGraph propagationGraph =
        new PropagationGraph(graph, traits, floatNodes.keySet(), quantizedTypes);
    List<MovingQuantizer> quantizers =
        new QuantizerPropagation(
                propagationGraph,
                merge,
                options.quantizeOutputs(),
                list -> allowed(list, options.activations(), mode(options)))
            .run();
    quantizers = RedundantQuantizers.remove(propagationGraph, quantizers);
    List<QuantizerPlacement> placements = new ArrayList<>();
    Set<Operation> takenOverByTable = new LinkedHashSet<>();
    Map<MovingQuantizer.ScaleGroup, Integer> groups = groups(quantizers);
    for (MovingQuantizer quantizer : quantizers) {
      Operation table = quantizer.dependsOnWeightsOf;
      if (table != null && !tableQuantizers(table, quantizer, options).isEmpty()) {
        takenOverByTable.add(table);
        placements.add(
            weight(
                graph,
                table,
                tableQuantizers(table, quantizer, options).get(0),
                group(groups, quantizer)));
      } else {
        placements.addAll(activation(graph, propagationGraph, quantizer, group(groups, quantizer)));
      }
    }
    Set<Operation> used = new LinkedHashSet<>();
    quantizers.forEach(quantizer -> used.addAll(quantizer.sinks));
    for (Operation operation : propagationGraph.operations()) {
      if (!takenOverByTable.contains(operation)) {
        placements.addAll(weights(graph, operation, options));
      }
      Node first = operation.firstNode();
      if (first != null
          && operation.trait == Trait.INPUTS_QUANTIZABLE
          && !used.contains(operation)
          && !floatNodes.containsKey(first.name())) {
        floatNodes.put(
            first.name(),
            new FloatNode(
                first.name(),
                first.type(),
                "no-quantizable-input",
                "none of its inputs could be quantized with a gain"));
      }
    }
    placements.sort(graphOrder(graph));
    return new QuantizationPlan(options, placements, List.copyOf(floatNodes.values()), List.of());
  }

  private static Mode mode(QuantizationOptions options) {
    return options.effectivePreset() == QuantizationPreset.MIXED ? Mode.ASYMMETRIC : Mode.SYMMETRIC;
  }

  /**
   * The quantizers of {@code offered} that the user's constraints allow, those of the preset's mode
   * where there are any.
   *
   * @throws InputException when the constraints leave nothing
   */
  private List<Quantizer> allowed(
      List<Quantizer> offered, QuantizerConstraints constraints, Mode presetMode) {
    List<Quantizer> allowed =
        offered.stream()
            .filter(quantizer -> isAllowed(quantizer, constraints))
            .map(quantizer -> force(quantizer, constraints))
            .toList();
    if (allowed.isEmpty()) {
      throw new InputException(
          "The device "
              + profile.name()
              + " offers no quantizer that fits "
              + constraints
              + "; it offers "
              + offered);
    }
    if (constraints.symmetric() != null) {
      return allowed;
    }
    List<Quantizer> preferred =
        allowed.stream().filter(quantizer -> quantizer.mode() == presetMode).toList();
    if (!preferred.isEmpty()) {
      return preferred;
    }
    return offered.size() == 1 && offered.get(0).equals(Quantizer.symmetric(8))
        ? List.of(offered.get(0).withMode(presetMode))
        : allowed;
  }

  private static boolean isAllowed(Quantizer quantizer, QuantizerConstraints constraints) {
    return (constraints.bits() == null || constraints.bits() == quantizer.bits())
        && (constraints.symmetric() == null || constraints.symmetric() == quantizer.isSymmetric())
        && (constraints.perChannel() == null || constraints.perChannel() == quantizer.perChannel())
        && (constraints.narrowRange() == null
            || constraints.narrowRange() == quantizer.narrowRange())
        && (constraints.signed() == null
            || quantizer.signedness() == Signedness.FREE
            || constraints.signed() == (quantizer.signedness() == Signedness.SIGNED));
  }

  private static Quantizer force(Quantizer quantizer, QuantizerConstraints constraints) {
    return constraints.signed() == null
        ? quantizer
        : quantizer.withSignedness(constraints.signed() ? Signedness.SIGNED : Signedness.UNSIGNED);
  }

  private static Map<MovingQuantizer.ScaleGroup, Integer> groups(List<MovingQuantizer> quantizers) {
    Map<MovingQuantizer.ScaleGroup, List<MovingQuantizer>> members = new LinkedHashMap<>();
    for (MovingQuantizer quantizer : quantizers) {
      MovingQuantizer.ScaleGroup group = quantizer.group;
      if (group != null && !quantizer.configurations.get(0).perChannel()) {
        members.computeIfAbsent(group, key -> new ArrayList<>()).add(quantizer);
      }
    }
    Map<MovingQuantizer.ScaleGroup, Integer> numbers = new HashMap<>();
    for (Map.Entry<MovingQuantizer.ScaleGroup, List<MovingQuantizer>> entry : members.entrySet()) {
      if (entry.getValue().size() > 1) {
        numbers.put(entry.getKey(), numbers.size() + 1);
      }
    }
    return numbers;
  }

  private static int group(
      Map<MovingQuantizer.ScaleGroup, Integer> groups, MovingQuantizer quantizer) {
    boolean isMember = quantizer.group != null && !quantizer.configurations.get(0).perChannel();
    return isMember
        ? groups.getOrDefault(quantizer.group, QuantizerPlacement.NO_GROUP)
        : QuantizerPlacement.NO_GROUP;
  }

  private static List<ActivationPlacement> activation(
      Graph graph, PropagationGraph propagation, MovingQuantizer moving, int group) {
    Point at = moving.location;
    Quantizer quantizer = moving.configurations.get(0);
    if (!at.isBehind()) {
      Node first = at.operation.firstNode();
      List<InputUse> uses =
          first == null ? List.of() : List.of(new InputUse(first.name(), at.input));
      return List.of(new ActivationPlacement(at.value, uses, quantizer, 1, group));
    }
    if (at.operation.outputs.size() == 1) {
      return List.of(new ActivationPlacement(at.value, List.of(), quantizer, 1, group));
    }
    // Several outputs: each reader gets a quantizer of its own in front.
    List<ActivationPlacement> placements = new ArrayList<>();
    for (Point reader : propagation.readersOf(at.operation)) {
      Node first = reader.operation.firstNode();
      if (first != null && reader.input >= 0 && graph.node(first.name()) != null) {
        placements.add(
            new ActivationPlacement(
                reader.value,
                List.of(new InputUse(first.name(), reader.input)),
                quantizer,
                1,
                group));
      }
    }
    return placements;
  }

  /** Per-tensor quantizers for the table of a lookup that also suit those who read from it. */
  private List<Quantizer> tableQuantizers(
      Operation table, MovingQuantizer quantizer, QuantizationOptions options) {
    OperatorSupport support = table.support;
    if (support == null) {
      return List.of();
    }
    return allowed(support.weights(), options.weights(), Mode.SYMMETRIC).stream()
        .filter(weight -> !weight.perChannel())
        .filter(
            weight ->
                quantizer.configurations.stream()
                    .anyMatch(
                        wanted ->
                            wanted.bits() == weight.bits()
                                && wanted.mode() == weight.mode()
                                && wanted.narrowRange() == weight.narrowRange()))
        .toList();
  }

  private List<WeightPlacement> weights(
      Graph graph, Operation operation, QuantizationOptions options) {
    Node first = operation.firstNode();
    OperatorSupport support = operation.support;
    boolean hasQuantizableWeights =
        first != null
            && support != null
            && !support.weights().isEmpty()
            && !operation.isIgnored
            && (operation.trait == Trait.INPUTS_QUANTIZABLE
                || operation.trait == Trait.OUTPUT_AS_WEIGHTS);
    if (!hasQuantizableWeights || first == null || support == null) {
      return List.of();
    }
    List<WeightPlacement> placements = new ArrayList<>();
    for (int input : OperatorTraits.possibleWeightInputs(first)) {
      Tensor weight = ConstantOrigin.tensor(graph, first.input(input));
      boolean isQuantizable =
          weight != null && quantizedTypes.contains(weight.dataType()) && weight.rank() > 0;
      if (isQuantizable && hasLivePort(operation, input)) {
        placements.add(
            weight(
                graph,
                operation,
                allowed(support.weights(), options.weights(), Mode.SYMMETRIC).get(0),
                QuantizerPlacement.NO_GROUP,
                input));
      }
    }
    return placements;
  }

  /**
   * A weight is quantized for the sake of integer arithmetic with another operand that is quantized
   * as well.
   */
  private static boolean hasLivePort(Operation operation, int weightInput) {
    return operation.trait == Trait.OUTPUT_AS_WEIGHTS
        || operation.ports.stream().anyMatch(port -> port.input != weightInput && !port.isInteger);
  }

  private static WeightPlacement weight(
      Graph graph, Operation operation, Quantizer quantizer, int group) {
    return weight(graph, operation, quantizer, group, 0);
  }

  private static WeightPlacement weight(
      Graph graph, Operation operation, Quantizer quantizer, int group, int input) {
    Node node = Objects.requireNonNull(operation.firstNode());
    return new WeightPlacement(
        node.name(), input, node.input(input), quantizer, WeightAxis.of(graph, node, input), group);
  }

  /**
   * Graph order: a quantizer of a value right behind what gives it, one of an input right before
   * its node.
   */
  private static Comparator<QuantizerPlacement> graphOrder(Graph graph) {
    Map<String, Integer> positions = new HashMap<>();
    graph.nodes().forEach(node -> positions.put(node.name(), positions.size()));
    return Comparator.comparingInt(placement -> position(graph, positions, placement));
  }

  private static int position(
      Graph graph, Map<String, Integer> positions, QuantizerPlacement placement) {
    if (placement instanceof WeightPlacement weight) {
      return 2 * positions.getOrDefault(weight.node(), 0) + 1;
    }
    ActivationPlacement activation = (ActivationPlacement) placement;
    if (!activation.uses().isEmpty()) {
      return 2 * positions.getOrDefault(activation.uses().get(0).node(), 0);
    }
    Node producer = graph.producer(activation.value());
    return producer == null ? -1 : 2 * positions.getOrDefault(producer.name(), 0) + 1;
  }
}
