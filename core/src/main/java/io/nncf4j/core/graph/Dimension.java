package io.nncf4j.core.graph;

import io.nncf4j.core.InputException;

/**
 * One dimension of a shape: a known length, a symbol, or unknown.
 *
 * <p>Symbols with the same name have the same length at run time. A symbol may be an expression
 * such as {@code (height+1)/2} made by shape inference; expressions are kept in a canonical form,
 * so that equal expressions have equal names where that can be seen.
 */
public sealed interface Dimension {
  Dimension UNKNOWN = new Unknown();

  /** A length known now, 0 or more. */
  record Known(long length) implements Dimension {
    public Known {
      if (length < 0) {
        throw new InputException("A dimension cannot be negative: found " + length);
      }
    }

    @Override
    public String toString() {
      return Long.toString(length);
    }
  }

  /** A length known by name only. */
  record Symbol(String name) implements Dimension {
    public Symbol {
      if (name.isEmpty()) {
        throw new InputException("The symbol of a dimension needs a name");
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Nothing is known; no two unknown dimensions can be assumed to be the same. */
  record Unknown() implements Dimension {
    @Override
    public String toString() {
      return "?";
    }
  }

  static Dimension of(long length) {
    return new Known(length);
  }

  static Dimension symbol(String name) {
    return new Symbol(name);
  }

  default boolean isKnown() {
    return this instanceof Known;
  }

  /** The known length, or -1. */
  default long lengthOrMinusOne() {
    return this instanceof Known known ? known.length() : -1;
  }
}
