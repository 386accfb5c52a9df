package io.nncf4j.core.symbolic;

/** Interval bounds of symbolic integers, from what is known of their symbols. */
final class Bounds {
  private static final long NONE_BELOW = Long.MIN_VALUE;
  private static final long NONE_ABOVE = Long.MAX_VALUE;

  private Bounds() {}

  static long lower(SymbolicInteger value) {
    return bound(value, true);
  }

  static long upper(SymbolicInteger value) {
    return bound(value, false);
  }

  private static long bound(SymbolicInteger value, boolean lower) {
    if (value.isUnknown()) {
      return lower ? NONE_BELOW : NONE_ABOVE;
    }
    long total = 0;
    for (SymbolicInteger.Term term : value.terms()) {
      long product = term.factors().isEmpty() ? 1 : bound(term, lower == term.coefficient() > 0);
      if (isNone(product)
          || Math.multiplyHigh(product, term.coefficient())
                  + (product * term.coefficient() < 0 ? 1 : 0)
              != 0) {
        return lower ? NONE_BELOW : NONE_ABOVE;
      }
      long next = total + product * term.coefficient();
      if (isNone(next) || Math.abs(next) > Long.MAX_VALUE / 4) {
        return lower ? NONE_BELOW : NONE_ABOVE;
      }
      total = next;
    }
    return total;
  }

  /** Bound of a product of factors, each of which is never negative; else there is none. */
  private static long bound(SymbolicInteger.Term term, boolean lower) {
    if (term.factors().size() == 1) {
      return bound(term.factors().get(0), lower);
    }
    long product = 1;
    for (Atom factor : term.factors()) {
      long least = bound(factor, true);
      long bound = bound(factor, lower);
      if (least < 0 || isNone(bound) || Math.multiplyHigh(product, bound) != 0) {
        return lower ? NONE_BELOW : NONE_ABOVE;
      }
      product *= bound;
      if (product < 0) {
        return lower ? NONE_BELOW : NONE_ABOVE;
      }
    }
    return product;
  }

  private static long bound(Atom atom, boolean lower) {
    if (atom instanceof Atom.Symbol symbol) {
      return !lower ? NONE_ABOVE : symbol.name().indexOf(Atom.Symbol.DATA_DEPENDENT) >= 0 ? 0 : 1;
    }
    if (atom instanceof Atom.Quotient quotient) {
      return quotient(quotient, lower);
    }
    Atom.Extremum extremum = (Atom.Extremum) atom;
    long found = extremum.largest() ? NONE_BELOW : NONE_ABOVE;
    for (SymbolicInteger operand : extremum.operands()) {
      long bound = bound(operand, lower);
      found = extremum.largest() ? Math.max(found, bound) : Math.min(found, bound);
    }
    return found;
  }

  private static long quotient(Atom.Quotient quotient, boolean lower) {
    long numerator = bound(quotient.numerator(), lower);
    if (isNone(numerator)) {
      return numerator;
    }
    if (quotient.denominator().isConstant()) {
      return Math.floorDiv(numerator, quotient.denominator().constant());
    }
    if (numerator < 0) {
      return lower ? numerator : -1;
    }
    return lower ? 0 : numerator;
  }

  private static boolean isNone(long bound) {
    return bound == NONE_BELOW || bound == NONE_ABOVE;
  }
}
