package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.core.graph.Node;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whether a quantizer may take its next step up, given the quantizers around it and who reads the
 * value.
 */
final class StepRules {
  /** What becomes of a step. */
  enum Decision {
    MOVE,
    STOP,
    MERGE,
    WAIT
  }

  private final PropagationGraph graph;
  private final boolean quantizeOutputs;
  private final Predicate<MovingQuantizer> isActive;

  /**
   * @param isActive whether a quantizer may still move
   */
  StepRules(PropagationGraph graph, boolean quantizeOutputs, Predicate<MovingQuantizer> isActive) {
    this.graph = graph;
    this.quantizeOutputs = quantizeOutputs;
    this.isActive = isActive;
  }

  Decision decide(MovingQuantizer quantizer, Point from, Point to) {
    if (from.isInteger) {
      return Decision.STOP;
    }
    Decision others = otherQuantizers(to, quantizer);
    if (others != Decision.MOVE) {
      return others;
    }
    return graph.readersOf(to.operation).size() > 1
        ? decideAtBranch(quantizer, to.operation)
        : Decision.MOVE;
  }

  /** What to do about quantizers that stand at {@code point} or came through it. */
  Decision otherQuantizers(Point point, MovingQuantizer quantizer) {
    for (MovingQuantizer other : point.affecting) {
      if (other == quantizer || sharesOrigin(other, quantizer)) {
        continue;
      }
      boolean agree =
          other.isWildcard
              || quantizer.isWildcard
              || other.configurations.equals(quantizer.configurations);
      return agree ? Decision.MERGE : Decision.STOP;
    }
    return Decision.MOVE;
  }

  /** Copies made while passing one operation have the same way behind them. */
  private static boolean sharesOrigin(MovingQuantizer first, MovingQuantizer second) {
    return first.sinks.equals(second.sinks)
        && first.path.iterator().next() == second.path.iterator().next();
  }

  MovingQuantizer firstOther(Point point, MovingQuantizer quantizer) {
    return point.affecting.stream()
        .filter(other -> other != quantizer && !sharesOrigin(other, quantizer))
        .findFirst()
        .orElseThrow();
  }

  Decision decideAtBranch(MovingQuantizer quantizer, Operation branching) {
    Set<Operation> below = graph.firstNonAgnosticBelow(branching);
    if (!quantizeOutputs
        && below.stream().anyMatch(operation -> operation.kind == Operation.Kind.OUTPUT)) {
      return Decision.STOP;
    }
    boolean othersBelow = false;
    for (Operation operation : below) {
      Set<MovingQuantizer> affecting = affecting(operation);
      if (affecting.isEmpty()) {
        boolean isConcatenationToCome =
            operation.trait == Trait.CONCATENATION
                && graph.quantizersJustBelow(operation).stream().anyMatch(isActive);
        if (!isConcatenationToCome) {
          return Decision.STOP;
        }
        othersBelow = true;
        continue;
      }
      Node first = operation.firstNode();
      if (first != null
          && OperatorTraits.restrictsTargetInputs(first)
          && !allReadersQuantized(branching)) {
        return Decision.STOP;
      }
      for (MovingQuantizer other : affecting) {
        othersBelow |= other != quantizer && isBelow(other, branching);
      }
    }
    return othersBelow ? Decision.WAIT : Decision.MOVE;
  }

  private boolean isBelow(MovingQuantizer quantizer, Operation branching) {
    return graph.quantizersJustBelow(branching).contains(quantizer);
  }

  Set<MovingQuantizer> affecting(Operation operation) {
    Set<MovingQuantizer> found = new LinkedHashSet<>();
    for (Point port : operation.ports) {
      found.addAll(port.affecting);
    }
    return found;
  }

  private boolean allReadersQuantized(Operation branching) {
    Deque<Operation> open = new ArrayDeque<>(List.of(branching));
    Set<Operation> seen = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      for (Point reader : graph.readersOf(open.remove())) {
        if (reader.placed != null) {
          continue;
        }
        if (reader.operation.trait != Trait.AGNOSTIC) {
          return false;
        }
        if (seen.add(reader.operation)) {
          open.add(reader.operation);
        }
      }
    }
    return true;
  }
}
