package io.nncf4j.core.symbolic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Minima and maxima of symbolic integers. */
final class Extrema {
  private static final int MAXIMUM_OPERANDS = 6;

  private Extrema() {}

  static SymbolicInteger of(boolean largest, SymbolicInteger left, SymbolicInteger right) {
    if (left.isUnknown() || right.isUnknown()) {
      return SymbolicInteger.UNKNOWN;
    }
    List<SymbolicInteger> operands = new ArrayList<>();
    add(largest, left, operands);
    add(largest, right, operands);
    // In a fixed order from here on, so that the operation commutes.
    operands.sort(Comparator.comparing(SymbolicInteger::toString));
    List<SymbolicInteger> kept = new ArrayList<>();
    for (int index = 0; index < operands.size(); index++) {
      if (!isCovered(largest, index, operands)) {
        kept.add(operands.get(index));
      }
    }
    if (kept.size() == 1) {
      return kept.get(0);
    }
    if (kept.size() > MAXIMUM_OPERANDS) {
      return SymbolicInteger.UNKNOWN;
    }
    return SymbolicInteger.atom(new Atom.Extremum(largest, List.copyOf(kept)));
  }

  private static void add(boolean largest, SymbolicInteger value, List<SymbolicInteger> operands) {
    Atom.Extremum inner = extremum(value);
    if (inner != null && inner.largest() == largest) {
      operands.addAll(inner.operands());
    } else {
      operands.add(value);
    }
  }

  private static Atom.@org.jspecify.annotations.Nullable Extremum extremum(SymbolicInteger value) {
    return value.terms().size() == 1
            && value.terms().get(0).coefficient() == 1
            && value.terms().get(0).factors().size() == 1
            && value.terms().get(0).factors().get(0) instanceof Atom.Extremum inner
        ? inner
        : null;
  }

  /** True when another operand is always as extreme; of equal ones the first stays. */
  private static boolean isCovered(boolean largest, int index, List<SymbolicInteger> operands) {
    SymbolicInteger value = operands.get(index);
    for (int other = 0; other < operands.size(); other++) {
      if (other == index) {
        continue;
      }
      SymbolicInteger rival = operands.get(other);
      if (rival.equals(value)) {
        if (other < index) {
          return true;
        }
        continue;
      }
      Atom.Extremum inner = extremum(value);
      if (inner != null && inner.operands().contains(rival)) {
        return true;
      }
      SymbolicInteger margin = largest ? rival.minus(value) : value.minus(rival);
      // Of two that cover each other only one may go, so a margin of zero counts one way.
      long least = margin.lowerBound();
      if (least > 0 || (least == 0 && (other < index || margin.times(-1).lowerBound() < 0))) {
        return true;
      }
    }
    return false;
  }
}
