package io.nncf4j.core.symbolic;

import org.jspecify.annotations.Nullable;

/**
 * Reads the text that {@link SymbolicInteger#toString} writes. The text is short, so that the
 * recursion is too.
 */
final class ExpressionParser {
  private final String text;
  private int position;

  ExpressionParser(String text) {
    this.text = text;
  }

  /** The expression, or null when the text is none. */
  @Nullable SymbolicInteger parse() {
    SymbolicInteger sum = sum();
    return sum != null && position == text.length() ? sum : null;
  }

  private @Nullable SymbolicInteger sum() {
    boolean negative = accept("-");
    SymbolicInteger total = product();
    if (total != null && negative) {
      total = total.times(-1);
    }
    while (total != null) {
      if (accept(" + ")) {
        SymbolicInteger next = product();
        total = next == null ? null : total.plus(next);
      } else if (accept(" - ")) {
        SymbolicInteger next = product();
        total = next == null ? null : total.minus(next);
      } else {
        return total;
      }
    }
    return null;
  }

  private @Nullable SymbolicInteger product() {
    SymbolicInteger product = factor();
    while (product != null) {
      if (accept("*")) {
        SymbolicInteger next = factor();
        product = next == null ? null : product.times(next);
      } else if (accept("/")) {
        SymbolicInteger next = factor();
        product = next == null || next.is(0) ? null : product.floorDivide(next);
      } else {
        return product;
      }
    }
    return null;
  }

  private @Nullable SymbolicInteger factor() {
    if (accept("(")) {
      SymbolicInteger inner = sum();
      return inner != null && accept(")") ? inner : null;
    }
    if (accept("min(")) {
      return extremum(false);
    }
    if (accept("max(")) {
      return extremum(true);
    }
    if (accept("`")) {
      int end = text.indexOf('`', position);
      if (end < 0) {
        return null;
      }
      String name = text.substring(position, end);
      position = end + 1;
      return SymbolicInteger.symbol(name);
    }
    int start = position;
    while (position < text.length() && Atom.Symbol.isNameCharacter(text.charAt(position))) {
      position++;
    }
    String word = text.substring(start, position);
    if (word.isEmpty()) {
      return null;
    }
    return Character.isDigit(word.charAt(0)) ? number(word) : SymbolicInteger.symbol(word);
  }

  private static @Nullable SymbolicInteger number(String word) {
    boolean digits = word.chars().allMatch(character -> character >= '0' && character <= '9');
    return digits && word.length() <= 18 ? SymbolicInteger.of(Long.parseLong(word)) : null;
  }

  private @Nullable SymbolicInteger extremum(boolean largest) {
    SymbolicInteger found = sum();
    while (found != null && accept(", ")) {
      SymbolicInteger next = sum();
      found = next == null ? null : Extrema.of(largest, found, next);
    }
    return found != null && accept(")") ? found : null;
  }

  private boolean accept(String token) {
    if (text.startsWith(token, position)) {
      position += token.length();
      return true;
    }
    return false;
  }
}
