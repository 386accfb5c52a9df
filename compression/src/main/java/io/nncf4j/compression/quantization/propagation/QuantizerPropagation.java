package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.compression.hardware.OperatorSupport;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.core.graph.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Moves quantizers from the inputs of the operators that want them up to the values they should
 * quantize.
 *
 * <p>Each quantizer takes one step at a time. It passes operators that only move values; at a value
 * with several readers it waits until the quantizers of all readers have come there, and they
 * become one; it stops at operators with arithmetic, at integers, and where a reader stays in
 * float.
 */
final class QuantizerPropagation {
  private static final Map<String, Set<String>> UNIFIES_SCALES_FOR =
      Map.of("Concat", Set.of("Conv", "ConvTranspose", "Gemm", "MatMul", "Attention"));

  private final PropagationGraph graph;
  private final StepRules rules;
  private final ConfigurationMerge merge;
  private final boolean quantizeOutputs;
  private final UnaryOperator<List<Quantizer>> constraints;
  private final Deque<MovingQuantizer> active = new ArrayDeque<>();
  private final Set<MovingQuantizer> finished = new LinkedHashSet<>();
  private int lastId;
  private int lastGroup;

  /**
   * @param constraints leaves of a list of configurations those that the user allows
   */
  QuantizerPropagation(
      PropagationGraph graph,
      ConfigurationMerge merge,
      boolean quantizeOutputs,
      UnaryOperator<List<Quantizer>> constraints) {
    this.graph = graph;
    this.rules = new StepRules(graph, quantizeOutputs, this::isActive);
    this.merge = merge;
    this.quantizeOutputs = quantizeOutputs;
    this.constraints = constraints;
  }

  /**
   * Runs to the end and returns the quantizers where they have come to stand, in the order of their
   * ids.
   */
  List<MovingQuantizer> run() {
    graph.operations().forEach(this::createQuantizers);
    int idle = 0;
    while (!active.isEmpty()) {
      MovingQuantizer quantizer = active.remove();
      boolean hasMoved = step(quantizer);
      idle = hasMoved ? 0 : idle + 1;
      if (idle > active.size() + 1) {
        // Every quantizer waits for another one that waits: none of the merges can come about.
        active.forEach(this::finishHere);
        active.clear();
      }
    }
    finished.removeIf(this::isPointless);
    List<MovingQuantizer> result = new ArrayList<>(finished);
    result.sort(java.util.Comparator.comparingInt(quantizer -> quantizer.id));
    return result;
  }

  private void createQuantizers(Operation operation) {
    boolean isOutput = operation.kind == Operation.Kind.OUTPUT && quantizeOutputs;
    boolean wants =
        operation.kind == Operation.Kind.NODE && operation.trait == Trait.INPUTS_QUANTIZABLE;
    if (operation.isIgnored || !(wants || isOutput)) {
      return;
    }
    OperatorSupport support = operation.support;
    boolean isWildcard = support == null || support.isWildcard();
    List<Quantizer> offered =
        support == null || support.isWildcard()
            ? List.of(Quantizer.symmetric(8))
            : support.activations();
    List<Quantizer> allowed = constraints.apply(offered);
    boolean isUnified = support != null && support.unifiedScales();
    if (isUnified) {
      allowed = allowed.stream().filter(configuration -> !configuration.perChannel()).toList();
    }
    MovingQuantizer.ScaleGroup group =
        isUnified ? new MovingQuantizer.ScaleGroup(++lastGroup, false) : null;
    Node first = operation.firstNode();
    for (Point port : operation.ports) {
      boolean isTarget = first == null || OperatorTraits.isTargetInput(first, port.input);
      if (port.isInteger || port.input < 0 || !isTarget) {
        continue;
      }
      MovingQuantizer quantizer = new MovingQuantizer(++lastId, allowed, isWildcard, port);
      quantizer.group = group;
      quantizer.sinks.add(operation);
      quantizer.affected.add(operation);
      place(quantizer, port);
      active.add(quantizer);
    }
  }

  private static void place(MovingQuantizer quantizer, Point point) {
    if (quantizer.location.placed == quantizer) {
      quantizer.location.placed = null;
    }
    quantizer.location = point;
    point.placed = quantizer;
    point.affecting.add(quantizer);
    quantizer.path.add(point);
  }

  private void finishHere(MovingQuantizer quantizer) {
    quantizer.waitingBehind = null;
    finished.add(quantizer);
  }

  private void delete(MovingQuantizer quantizer) {
    quantizer.path.forEach(point -> point.affecting.remove(quantizer));
    if (quantizer.location.placed == quantizer) {
      quantizer.location.placed = null;
    }
    active.remove(quantizer);
    finished.remove(quantizer);
  }

  /** Takes one step; false when the quantizer only went on waiting. */
  private boolean step(MovingQuantizer quantizer) {
    if (quantizer.waitingBehind != null) {
      return mergeWhenAllAreThere(quantizer, quantizer.waitingBehind);
    }
    Point at = quantizer.location;
    if (at.isBehind()) {
      passOperation(quantizer, at.operation);
      return true;
    }
    Operation producer = graph.producerOf(at);
    switch (rules.decide(quantizer, at, producer.after)) {
      case STOP -> finishHere(quantizer);
      case MOVE -> {
        place(quantizer, producer.after);
        quantizer.pathLength++;
        active.add(quantizer);
      }
      case MERGE -> absorb(rules.firstOther(producer.after, quantizer), List.of(quantizer));
      case WAIT -> {
        quantizer.waitingBehind = producer;
        active.add(quantizer);
      }
    }
    return true;
  }

  private void passOperation(MovingQuantizer quantizer, Operation operation) {
    if (!operation.isPassable() || operation.ports.isEmpty()) {
      if (operation.trait == Trait.OUTPUT_AS_WEIGHTS && !operation.isIgnored) {
        quantizer.dependsOnWeightsOf = operation;
      }
      finishHere(quantizer);
      return;
    }
    MovingQuantizer.ScaleGroup group = quantizer.group;
    if (operation.ports.size() > 1 && unifiesScales(operation)) {
      group = group == null ? new MovingQuantizer.ScaleGroup(++lastGroup, true) : group;
      group.onlyPerTensor = true;
    }
    boolean originalMoved = false;
    for (Point port : operation.ports) {
      StepRules.Decision decision =
          port.isInteger ? StepRules.Decision.STOP : rules.otherQuantizers(port, quantizer);
      if (decision == StepRules.Decision.STOP) {
        continue;
      }
      MovingQuantizer mover = quantizer;
      if (originalMoved) {
        mover = copy(quantizer, operation.after);
      }
      mover.group = group;
      if (decision == StepRules.Decision.MERGE) {
        absorb(rules.firstOther(port, mover), List.of(mover));
      } else {
        place(mover, port);
        mover.affected.add(operation);
        mover.pathLength += 2;
        active.add(mover);
      }
      originalMoved = true;
    }
    if (!originalMoved) {
      finishHere(quantizer);
    }
  }

  private boolean unifiesScales(Operation operation) {
    Node first = operation.firstNode();
    if (first == null || operation.support == null || !operation.support.unifiedScales()) {
      return false;
    }
    Set<String> followers = UNIFIES_SCALES_FOR.get(first.type());
    return followers == null || isFollowedBy(operation, followers, new LinkedHashSet<>());
  }

  private boolean isFollowedBy(Operation operation, Set<String> types, Set<Operation> seen) {
    for (Point reader : graph.readersOf(operation)) {
      Node first = reader.operation.firstNode();
      if (first != null
          && reader.operation.kind == Operation.Kind.NODE
          && types.contains(first.type())) {
        return true;
      }
      if (reader.operation.isPassable()
          && seen.add(reader.operation)
          && isFollowedBy(reader.operation, types, seen)) {
        return true;
      }
    }
    return false;
  }

  private MovingQuantizer copy(MovingQuantizer original, Point at) {
    MovingQuantizer copy =
        new MovingQuantizer(++lastId, original.configurations, original.isWildcard, at);
    copy.sinks.addAll(original.sinks);
    copy.affected.addAll(original.affected);
    copy.path.addAll(original.path);
    copy.pathLength = original.pathLength - 2;
    copy.path.forEach(point -> point.affecting.add(copy));
    return copy;
  }

  private boolean isActive(MovingQuantizer quantizer) {
    return !finished.contains(quantizer);
  }

  private boolean mergeWhenAllAreThere(MovingQuantizer quantizer, Operation branching) {
    Set<MovingQuantizer> dominated =
        graph.quantizersJustBelow(branching).stream()
            .filter(this::isActive)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Set<MovingQuantizer> waiting =
        dominated.stream()
            .filter(other -> other.waitingBehind == branching)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (!waiting.equals(dominated)) {
      active.add(quantizer);
      return false;
    }
    boolean isStopped =
        waiting.stream()
            .anyMatch(other -> rules.decideAtBranch(other, branching) == StepRules.Decision.STOP);
    List<Quantizer> merged =
        isStopped
            ? List.of()
            : merge.merge(
                waiting.stream()
                    .filter(other -> !other.isWildcard)
                    .map(other -> other.configurations)
                    .toList());
    boolean allWildcard = waiting.stream().allMatch(other -> other.isWildcard);
    if (merged.isEmpty() && (isStopped || !allWildcard)) {
      for (MovingQuantizer other : waiting) {
        active.remove(other);
        finishHere(other);
      }
      return true;
    }
    MovingQuantizer joint =
        new MovingQuantizer(
            ++lastId,
            allWildcard ? waiting.iterator().next().configurations : merged,
            allWildcard,
            branching.after);
    absorb(joint, List.copyOf(waiting));
    place(joint, branching.after);
    joint.pathLength++;
    active.add(joint);
    return true;
  }

  /** Hands everything that the {@code absorbed} quantizers stand for to {@code survivor}. */
  private void absorb(MovingQuantizer survivor, List<MovingQuantizer> absorbed) {
    for (MovingQuantizer other : absorbed) {
      survivor.sinks.addAll(other.sinks);
      survivor.affected.addAll(other.affected);
      survivor.path.addAll(other.path);
      survivor.pathLength = Math.max(survivor.pathLength, other.pathLength);
      other.path.forEach(point -> point.affecting.add(survivor));
      if (other.group != null) {
        if (survivor.group != null && survivor.group != other.group) {
          unite(survivor.group, other.group);
        }
        survivor.group = other.group;
      }
      if (survivor.isWildcard && !other.isWildcard) {
        survivor.configurations = other.configurations;
      }
      delete(other);
    }
  }

  private void unite(MovingQuantizer.ScaleGroup gone, MovingQuantizer.ScaleGroup kept) {
    kept.onlyPerTensor |= gone.onlyPerTensor;
    Set<MovingQuantizer> all = new LinkedHashSet<>(active);
    all.addAll(finished);
    all.stream()
        .filter(quantizer -> quantizer.group == gone)
        .forEach(quantizer -> quantizer.group = kept);
  }

  /**
   * A quantizer on one side of an elementwise operator gains nothing while the other side stays in
   * float.
   */
  private boolean isPointless(MovingQuantizer quantizer) {
    if (quantizer.sinks.size() != 1 || quantizer.pathLength > 1) {
      return false;
    }
    Operation sink = quantizer.sinks.iterator().next();
    Node first = sink.firstNode();
    boolean isElementwise =
        first != null
            && first.operator().isOnnx()
            && OperatorTraits.ELEMENTWISE.contains(first.type());
    if (isElementwise && rules.affecting(sink).size() == 1) {
      quantizer.location.placed = null;
      return true;
    }
    return false;
  }
}
