package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.config.PrecisionConfig;
import io.nncf4j.compression.config.QuantizationConfig;
import io.nncf4j.compression.config.QuantizerConfig;
import io.nncf4j.compression.config.RangeInitializer;
import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.compression.quantization.HalfRangeNodes;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules of a configuration's section {@code quantization}. */
public final class ConfiguredQuantization implements QuantizationRules {
  private final QuantizationConfig config;
  private final TargetDevice device;
  private final Planner planner;
  private final PrecisionChoice precision;

  public ConfiguredQuantization(
      NNCFConfig all, QuantizationConfig config, Planner planner, PrecisionChoice precision) {
    this.config = config;
    this.planner = planner;
    this.precision = precision;
    device = all.targetDevice();
  }

  @Override
  public QuantizationPlan plan(Model folded) {
    Graph graph = folded.graph();
    checkScopes(graph);
    List<String> ignored =
        graph.nodes().stream()
            .map(Node::name)
            .filter(
                name ->
                    !config.weightScopes().considers(name)
                        && !config.activationScopes().considers(name))
            .toList();
    QuantizationPlan plan = ConstrainedQuantizers.plan(planner, folded, options(ignored));
    List<QuantizerPlacement> kept =
        plan.placements().stream().filter(each -> isWanted(graph, each)).toList();
    List<QuantizerPlacement> adjusted = kept.stream().map(each -> overridden(graph, each)).toList();
    List<QuantizerPlacement> given =
        new ManualPrecision(placement -> names(graph, placement))
            .apply(
                adjusted,
                config.precision().map(PrecisionConfig::bitwidthPerScope).orElse(List.of()));
    PrecisionChoice.Chosen chosen = precision.apply(folded, given, this::offers);
    List<QuantizerPlacement> united = united(chosen.placements());
    List<Finding> findings = new ArrayList<>(plan.findings());
    findings.addAll(chosen.findings());
    united.forEach(this::checkBits);
    if (united.isEmpty()) {
      requireScopes(folded);
    }
    widerInFile(united).ifPresent(findings::add);
    severalZeroPoints(united).ifPresent(findings::add);
    return new QuantizationPlan(plan.options(), united, plan.floatNodes(), findings);
  }

  /** Files know integers of 4 bits for weights, and of 8 and 16. */
  private static Optional<Finding> widerInFile(List<QuantizerPlacement> placements) {
    List<String> wider =
        placements.stream()
            .filter(each -> each.quantizer().bits() < Byte.SIZE)
            .filter(each -> !(each instanceof WeightPlacement) || each.quantizer().bits() > 4)
            .map(SavedRanges::id)
            .toList();
    return wider.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.information(
                "stored-in-8-bits",
                "An exported file holds the codes of "
                    + wider.size()
                    + " quantizers with fewer bits as 8-bit integers, activations behind a Clip: what"
                    + " is computed is the same, but it is neither smaller nor faster than 8 bits",
                wider.toArray(String[]::new)));
  }

  /** Kernels take one zero point for a weight; see {@link FoldedGrid}. */
  private static Optional<Finding> severalZeroPoints(List<QuantizerPlacement> placements) {
    List<String> asymmetric =
        placements.stream()
            .filter(WeightPlacement.class::isInstance)
            .filter(each -> each.quantizer().mode() == Quantizer.Mode.ASYMMETRIC)
            .filter(each -> each.quantizer().perChannel() && each.quantizer().bits() == Byte.SIZE)
            .map(SavedRanges::id)
            .toList();
    return asymmetric.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "no-integer-kernel",
                "ONNX Runtime has no integer kernels for weights whose channels have zero points of"
                    + " their own, as asymmetric ones have: such layers are stored with 16 bits and run"
                    + " in float; symmetric weights run in integers",
                asymmetric.toArray(String[]::new)));
  }

  /** When nothing is quantized and it is the scopes' doing, says so. */
  private void requireScopes(Model folded) {
    QuantizationPlan all = ConstrainedQuantizers.plan(planner, folded, options(List.of()));
    if (!all.placements().isEmpty()) {
      boolean namesNothing =
          config.weightScopes().hasNoTarget() || config.activationScopes().hasNoTarget();
      throw new InputException(
          "Nothing is left to be quantized: "
              + (namesNothing
                  ? "target_scopes is an empty list, which names no node; leave it out for all"
                  : "target_scopes and ignored_scopes leave out all layers that could be, "
                      + all.weights().stream().map(WeightPlacement::node).distinct().toList()));
    }
  }

  private QuantizationOptions options(List<String> ignored) {
    QuantizationOptions defaults = QuantizationOptions.defaults();
    return new QuantizationOptions(
        config.preset().orElse(QuantizationPreset.PERFORMANCE),
        device,
        defaults.targetRuntime(),
        null,
        new IgnoredScope(ignored, List.of(), List.of(), List.of(), false),
        config.activations().constraints(),
        config.weights().constraints(),
        config.quantizeOutputs());
  }

  /** Every scope must match the name of a node or of a quantizer. */
  private void checkScopes(Graph graph) {
    Set<String> names = new LinkedHashSet<>();
    graph.nodes().forEach(node -> names.add(node.name()));
    graph.nodes().forEach(node -> names.add(node.name() + "|WEIGHT"));
    graph.nodes().forEach(node -> node.outputs().forEach(each -> names.add(each + "|OUTPUT")));
    graph.inputs().forEach(input -> names.add(input.name()));
    config.weightScopes().check(names);
    config.activationScopes().check(names);
    List<String> overrides = new ArrayList<>(config.weightOverrides().keySet());
    overrides.addAll(config.activationOverrides().keySet());
    List<String> lost = ScopeFilter.unmatched(overrides, names);
    if (!lost.isEmpty()) {
      throw new InputException(
          "Some scopes of scope_overrides match no node of the model: "
              + lost
              + ". See original_graph.dot for the names");
    }
  }

  /** The names under which a quantizer is known to scopes. */
  private static List<String> names(Graph graph, QuantizerPlacement placement) {
    if (placement instanceof WeightPlacement weight) {
      return List.of(weight.node(), weight.node() + "|WEIGHT");
    }
    Node producer = graph.producer(placement.value());
    String owner = producer == null ? placement.value() : producer.name();
    return List.of(owner, placement.value() + "|OUTPUT");
  }

  private static boolean considers(ScopeFilter filter, List<String> names) {
    List<String> targets = filter.targets();
    boolean isTarget =
        targets == null
            || targets.stream()
                .anyMatch(
                    scope -> names.stream().anyMatch(name -> ScopeFilter.matches(scope, name)));
    return isTarget
        && filter.ignored().stream()
            .noneMatch(scope -> names.stream().anyMatch(name -> ScopeFilter.matches(scope, name)));
  }

  private boolean isWanted(Graph graph, QuantizerPlacement placement) {
    if (placement instanceof WeightPlacement) {
      return considers(config.weightScopes(), names(graph, placement));
    }
    return (config.quantizeInputs() || !graph.isInput(placement.value()))
        && considers(config.activationScopes(), names(graph, placement));
  }

  private QuantizerPlacement overridden(Graph graph, QuantizerPlacement placement) {
    Map<String, QuantizerConfig> overrides =
        placement instanceof WeightPlacement
            ? config.weightOverrides()
            : config.activationOverrides();
    QuantizerPlacement result = placement;
    for (Map.Entry<String, QuantizerConfig> each : overrides.entrySet()) {
      if (matches(each.getKey(), names(graph, placement))) {
        result = ConstrainedQuantizers.adjusted(result, each.getValue().constraints());
      }
    }
    return result;
  }

  private static boolean matches(String scope, List<String> names) {
    return names.stream().anyMatch(name -> ScopeFilter.matches(scope, name));
  }

  /** Quantizers that share a range are the same: the first of a group decides. */
  private static List<QuantizerPlacement> united(List<QuantizerPlacement> placements) {
    Map<Integer, Quantizer> groups = new HashMap<>();
    List<QuantizerPlacement> united = new ArrayList<>();
    for (QuantizerPlacement placement : placements) {
      if (placement instanceof ActivationPlacement activation
          && activation.unifiedGroup() != QuantizerPlacement.NO_GROUP) {
        Quantizer first =
            groups.computeIfAbsent(activation.unifiedGroup(), key -> activation.quantizer());
        united.add(activation.withQuantizer(first));
      } else {
        united.add(placement);
      }
    }
    return united;
  }

  /** Widths that the device has for a quantizer; empty for any. */
  private List<Integer> offered(QuantizerPlacement placement) {
    return switch (device) {
      case TRIAL -> List.of();
      case NPU -> placement instanceof WeightPlacement ? List.of(2, 4, 8, 16) : List.of(4, 8, 16);
      case ANY, CPU, CPU_SPR, GPU -> List.of(8, 16);
    };
  }

  private boolean offers(QuantizerPlacement placement, int bits) {
    List<Integer> offered = offered(placement);
    return offered.isEmpty() || offered.contains(bits);
  }

  private void checkBits(QuantizerPlacement placement) {
    int bits = placement.quantizer().bits();
    if (!offers(placement, bits)) {
      throw new InputException(
          "The device "
              + device
              + " offers quantizers of "
              + offered(placement)
              + " bits; found "
              + bits
              + " for "
              + SavedRanges.id(placement)
              + ". Take one of these, or target_device TRIAL for experiments");
    }
  }

  @Override
  public RangeInitializer range(Graph folded, QuantizerPlacement placement) {
    boolean isWeight = placement instanceof WeightPlacement;
    List<String> names = names(folded, placement);
    Map<String, QuantizerConfig> overrides =
        isWeight ? config.weightOverrides() : config.activationOverrides();
    for (Map.Entry<String, QuantizerConfig> each : overrides.entrySet()) {
      if (matches(each.getKey(), names) && !each.getValue().ranges().isEmpty()) {
        return each.getValue().ranges().get(0);
      }
    }
    List<RangeInitializer> rules =
        config.ranges().stream()
            .filter(rule -> rule.group().isEmpty() || rule.group().get().equals(group(isWeight)))
            .filter(rule -> considers(rule.scopes(), names))
            .toList();
    if (config.ranges().isEmpty()) {
      return RangeInitializer.DEFAULT;
    }
    if (rules.size() != 1) {
      throw new InputException(
          rules.size()
              + " rules of the range initializer match "
              + SavedRanges.id(placement)
              + "; expected one: change their target_scopes and ignored_scopes");
    }
    return rules.get(0);
  }

  private static String group(boolean isWeight) {
    return isWeight ? "weights" : "activations";
  }

  @Override
  public Set<String> halfRange(Graph folded, QuantizationPlan plan) {
    if (device != TargetDevice.ANY && device != TargetDevice.CPU) {
      return Set.of();
    }
    Set<String> eligible =
        plan.weights().stream()
            .filter(each -> each.quantizer().bits() == 8 && each.quantizer().isSymmetric())
            .map(WeightPlacement::node)
            .collect(Collectors.toSet());
    eligible.retainAll(HalfRangeNodes.find(folded, plan, config.overflowFix()));
    return eligible;
  }
}
