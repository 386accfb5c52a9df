package io.nncf4j.core.symbolic;

import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Division of symbolic integers. */
final class Division {
  private static final int MAXIMUM_STEPS = 64;

  private Division() {}

  static SymbolicInteger floor(SymbolicInteger numerator, SymbolicInteger divisor) {
    if (divisor.is(0)) {
      throw new InputException("A length is divided by zero");
    }
    if (numerator.is(0) && divisor.lowerBound() > 0) {
      return SymbolicInteger.ZERO;
    }
    if (numerator.isUnknown() || divisor.isUnknown()) {
      return SymbolicInteger.UNKNOWN;
    }
    if (divisor.isConstant()) {
      return divisor.constant() < 0
          ? byConstant(numerator.times(-1), divisor.times(-1))
          : byConstant(numerator, divisor);
    }
    if (divisor.lowerBound() < 1) {
      return SymbolicInteger.UNKNOWN;
    }
    SymbolicInteger exact = exactly(numerator, divisor);
    return exact != null ? exact : quotient(numerator, divisor);
  }

  private static SymbolicInteger quotient(SymbolicInteger numerator, SymbolicInteger divisor) {
    return SymbolicInteger.atom(new Atom.Quotient(numerator, divisor));
  }

  /**
   * Splits off the whole part: with {@code p = k*q + r} and coefficients of {@code r} in {@code [0,
   * k)}, {@code floor(p/k) = q + floor(r/k)}.
   */
  private static SymbolicInteger byConstant(SymbolicInteger numerator, SymbolicInteger divisor) {
    if (divisor.isUnknown() || numerator.isUnknown()) {
      return SymbolicInteger.UNKNOWN;
    }
    long k = divisor.constant();
    SymbolicInteger whole = SymbolicInteger.ZERO;
    SymbolicInteger rest = SymbolicInteger.ZERO;
    long constant = 0;
    long common = k;
    for (SymbolicInteger.Term term : numerator.terms()) {
      long remainder = Math.floorMod(term.coefficient(), k);
      whole = whole.plus(of(term, Math.floorDiv(term.coefficient(), k)));
      if (term.factors().isEmpty()) {
        constant = remainder;
      } else {
        rest = rest.plus(of(term, remainder));
        common = greatestCommonDivisor(common, remainder);
      }
    }
    if (rest.is(0)) {
      return whole;
    }
    if (common > 1) {
      SymbolicInteger reduced = SymbolicInteger.of(Math.floorDiv(constant, common));
      for (SymbolicInteger.Term term : rest.terms()) {
        reduced = reduced.plus(of(term, term.coefficient() / common));
      }
      return whole.plus(byConstant(reduced, SymbolicInteger.of(k / common)));
    }
    return whole.plus(nested(rest, constant, k));
  }

  /** {@code floor((floor(x/a) + c)/k) = floor((x + a*c)/(a*k))}. */
  private static SymbolicInteger nested(SymbolicInteger rest, long constant, long k) {
    if (rest.terms().size() == 1
        && rest.terms().get(0).coefficient() == 1
        && rest.terms().get(0).factors().size() == 1
        && rest.terms().get(0).factors().get(0) instanceof Atom.Quotient inner
        && inner.denominator().isConstant()) {
      return floor(
          inner.numerator().plus(inner.denominator().times(constant)),
          inner.denominator().times(k));
    }
    return quotient(rest.plus(constant), SymbolicInteger.of(k));
  }

  private static SymbolicInteger of(SymbolicInteger.Term term, long coefficient) {
    SymbolicInteger product = SymbolicInteger.of(coefficient);
    for (Atom factor : term.factors()) {
      product = product.times(SymbolicInteger.atom(factor));
    }
    return product;
  }

  private static long greatestCommonDivisor(long left, long right) {
    long a = left;
    long b = right;
    while (b != 0) {
      long next = a % b;
      a = b;
      b = next;
    }
    return a;
  }

  /** Polynomial long division; null when it leaves a remainder. */
  static @Nullable SymbolicInteger exactly(SymbolicInteger numerator, SymbolicInteger divisor) {
    if (numerator.isUnknown() || divisor.isUnknown() || divisor.is(0)) {
      return null;
    }
    SymbolicInteger quotient = SymbolicInteger.ZERO;
    SymbolicInteger rest = numerator;
    SymbolicInteger.Term leadingDivisor = leading(divisor);
    for (int step = 0; step < MAXIMUM_STEPS && !rest.is(0); step++) {
      SymbolicInteger next = divide(leading(rest), leadingDivisor);
      if (next == null) {
        return null;
      }
      quotient = quotient.plus(next);
      rest = rest.minus(next.times(divisor));
      if (rest.isUnknown()) {
        return null;
      }
    }
    return rest.is(0) ? quotient : null;
  }

  /** The term of highest degree, the first in order of text among those. */
  private static SymbolicInteger.Term leading(SymbolicInteger value) {
    SymbolicInteger.Term found = value.terms().get(0);
    for (SymbolicInteger.Term term : value.terms()) {
      if (isBefore(term, found)) {
        found = term;
      }
    }
    return found;
  }

  /** Graded lexicographic order of the factors, which multiplication keeps. */
  private static boolean isBefore(SymbolicInteger.Term left, SymbolicInteger.Term right) {
    if (left.factors().size() != right.factors().size()) {
      return left.factors().size() > right.factors().size();
    }
    for (int index = 0; index < left.factors().size(); index++) {
      int order = left.factors().get(index).text().compareTo(right.factors().get(index).text());
      if (order != 0) {
        return order < 0;
      }
    }
    return false;
  }

  private static @Nullable SymbolicInteger divide(
      SymbolicInteger.Term numerator, SymbolicInteger.Term divisor) {
    if (numerator.coefficient() % divisor.coefficient() != 0) {
      return null;
    }
    List<Atom> factors = new ArrayList<>(numerator.factors());
    for (Atom factor : divisor.factors()) {
      if (!factors.remove(factor)) {
        return null;
      }
    }
    return of(SymbolicInteger.Term.of(1, factors), numerator.coefficient() / divisor.coefficient());
  }
}
