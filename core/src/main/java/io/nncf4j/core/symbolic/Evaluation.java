package io.nncf4j.core.symbolic;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The value of an expression for given lengths. */
final class Evaluation {
  private Evaluation() {}

  static @Nullable Long of(SymbolicInteger value, Map<String, Long> symbols) {
    try {
      return sum(value, symbols);
    } catch (ArithmeticException overflow) {
      return null;
    }
  }

  private static @Nullable Long sum(SymbolicInteger value, Map<String, Long> symbols) {
    long total = 0;
    for (SymbolicInteger.Term term : value.terms()) {
      long product = term.coefficient();
      for (Atom factor : term.factors()) {
        Long evaluated = atom(factor, symbols);
        if (evaluated == null) {
          return null;
        }
        product = Math.multiplyExact(product, evaluated);
      }
      total = Math.addExact(total, product);
    }
    return total;
  }

  private static @Nullable Long atom(Atom atom, Map<String, Long> symbols) {
    if (atom instanceof Atom.Symbol symbol) {
      return symbols.get(symbol.name());
    }
    if (atom instanceof Atom.Quotient quotient) {
      Long numerator = sum(quotient.numerator(), symbols);
      Long denominator = sum(quotient.denominator(), symbols);
      return numerator == null || denominator == null || denominator == 0
          ? null
          : Math.floorDiv(numerator, denominator);
    }
    Atom.Extremum extremum = (Atom.Extremum) atom;
    Long found = null;
    for (SymbolicInteger operand : extremum.operands()) {
      Long evaluated = sum(operand, symbols);
      if (evaluated == null) {
        return null;
      }
      found =
          found == null
              ? evaluated
              : (Long)
                  (extremum.largest() ? Math.max(found, evaluated) : Math.min(found, evaluated));
    }
    return found;
  }
}
