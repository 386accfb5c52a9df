package io.nncf4j.core.symbolic;

import java.util.List;
import java.util.stream.Collectors;

/** What a {@link SymbolicInteger} cannot take apart: a symbol, a quotient, a minimum or maximum. */
sealed interface Atom {
  /** Canonical text when it stands alone. */
  String text();

  /** Canonical text as a factor of a product. */
  default String factor() {
    return text();
  }

  /** A length known by name; the name may hold any character. */
  record Symbol(String name) implements Atom {
    /** Marks symbols of axes whose length depends on data, and which may be empty. */
    static final char DATA_DEPENDENT = '#';

    @Override
    public String text() {
      return isPlain() ? name : "`" + name + "`";
    }

    boolean isPlain() {
      if (name.isEmpty()
          || Character.isDigit(name.charAt(0))
          || name.equals("min")
          || name.equals("max")) {
        return false;
      }
      for (int index = 0; index < name.length(); index++) {
        if (!isNameCharacter(name.charAt(index))) {
          return false;
        }
      }
      return true;
    }

    static boolean isNameCharacter(char character) {
      return character == '_'
          || character == '.'
          || character == DATA_DEPENDENT
          || Character.isLetterOrDigit(character);
    }
  }

  /** Quotient rounded towards minus infinity. */
  record Quotient(SymbolicInteger numerator, SymbolicInteger denominator, String text)
      implements Atom {
    Quotient(SymbolicInteger numerator, SymbolicInteger denominator) {
      this(numerator, denominator, operand(numerator) + "/" + operand(denominator));
    }

    private static String operand(SymbolicInteger value) {
      String text = value.toString();
      return value.isConstant() || value.isSymbol() ? text : "(" + text + ")";
    }

    @Override
    public String factor() {
      return "(" + text + ")";
    }
  }

  /** The smallest, or the largest, of two or more. */
  record Extremum(boolean largest, List<SymbolicInteger> operands, String text) implements Atom {
    Extremum(boolean largest, List<SymbolicInteger> operands) {
      this(
          largest,
          operands,
          (largest ? "max(" : "min(")
              + operands.stream().map(Object::toString).collect(Collectors.joining(", "))
              + ")");
    }
  }
}
