package io.nncf4j.core.symbolic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  private static Atom.@Nullable Extremum extremum(SymbolicInteger value) {
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
      SymbolicInteger margin = largest ? difference(rival, value) : difference(value, rival);
      // Of two that cover each other only one may go, so a margin of zero counts one way.
      long least = margin.lowerBound();
      if (least > 0 || (least == 0 && (other < index || margin.times(-1).lowerBound() < 0))) {
        return true;
      }
    }
    return false;
  }

  /** A value that is at least 0 only where {@code left} is at least {@code right}. */
  private static SymbolicInteger difference(SymbolicInteger left, SymbolicInteger right) {
    Atom.Quotient a = quotient(left);
    Atom.Quotient b = quotient(right);
    // Rounded quotients by the same divisor keep the order of their numerators.
    return a != null && b != null && a.denominator().equals(b.denominator())
        ? a.numerator().minus(b.numerator())
        : left.minus(right);
  }

  private static Atom.@Nullable Quotient quotient(SymbolicInteger value) {
    return value.terms().size() == 1
            && value.terms().get(0).coefficient() == 1
            && value.terms().get(0).factors().size() == 1
            && value.terms().get(0).factors().get(0) instanceof Atom.Quotient inner
        ? inner
        : null;
  }
}
