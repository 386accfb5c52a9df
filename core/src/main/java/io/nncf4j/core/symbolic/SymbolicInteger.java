package io.nncf4j.core.symbolic;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An integer that is known, an expression in symbols, or unknown. Immutable.
 *
 * <p>An expression is a polynomial with integer coefficients over symbols, quotients (rounded
 * towards minus infinity), minima and maxima, kept in one canonical form: {@code (2*h)/2} is {@code
 * h}, {@code ((h + 1)/2 + 1)/2} is {@code (h + 3)/4}, while {@code 4*(h/4)} stays. Equal
 * expressions have equal text where this form shows it, and {@link #parse} reads the text back, so
 * expressions travel as the names of {@link Dimension.Symbol}.
 *
 * <p>Symbols stand for lengths and are taken as 1 or more; those with a {@code #} in their name,
 * which inference makes for axes that depend on data, as 0 or more. Size is bounded: what would
 * grow beyond {@value #MAXIMUM_TERMS} terms or {@value #MAXIMUM_TEXT} characters, or overflow,
 * becomes unknown.
 */
public final class SymbolicInteger {
  static final int MAXIMUM_TERMS = 24;
  static final int MAXIMUM_TEXT = 200;
  private static final int MAXIMUM_DEGREE = 8;

  /** Not known, and equal to nothing that can be named; arithmetic with it gives it again. */
  public static final SymbolicInteger UNKNOWN = new SymbolicInteger(List.of(), "?");

  public static final SymbolicInteger ZERO = of(0);
  public static final SymbolicInteger ONE = of(1);

  private static final int MAXIMUM_RECENT = 1024;

  /** Shapes name the same few expressions again and again, and long ones take a while to read. */
  private static final Map<String, SymbolicInteger> RECENTLY_PARSED = new ConcurrentHashMap<>();

  /** A coefficient and its factors in order of text; {@code key} is their product as text. */
  record Term(long coefficient, List<Atom> factors, String key) {
    static Term of(long coefficient, List<Atom> factors) {
      List<Atom> sorted = new ArrayList<>(factors);
      sorted.sort(Comparator.comparing(Atom::text));
      StringBuilder key = new StringBuilder();
      for (Atom factor : sorted) {
        key.append(key.isEmpty() ? "" : "*")
            .append(sorted.size() == 1 ? factor.text() : factor.factor());
      }
      return new Term(coefficient, List.copyOf(sorted), key.toString());
    }

    Term withCoefficient(long newCoefficient) {
      return new Term(newCoefficient, factors, key);
    }
  }

  /** In order of key, no two with the same one, no coefficient 0; the constant comes first. */
  private final List<Term> terms;

  private final String text;

  private SymbolicInteger(List<Term> terms, String text) {
    this.terms = terms;
    this.text = text;
  }

  public static SymbolicInteger of(long value) {
    return new SymbolicInteger(
        value == 0 ? List.of() : List.of(new Term(value, List.of(), "")), Long.toString(value));
  }

  /** The symbol of exactly this name. */
  public static SymbolicInteger symbol(String name) {
    return name.indexOf('`') >= 0 ? UNKNOWN : atom(new Atom.Symbol(name));
  }

  public static SymbolicInteger of(Dimension dimension) {
    return switch (Kind.of(dimension)) {
      case KNOWN -> of(dimension.lengthOrMinusOne());
      case SYMBOL -> parse(((Dimension.Symbol) dimension).name());
      case UNKNOWN -> UNKNOWN;
    };
  }

  private enum Kind {
    KNOWN,
    SYMBOL,
    UNKNOWN;

    static Kind of(Dimension dimension) {
      return dimension instanceof Dimension.Known
          ? KNOWN
          : dimension instanceof Dimension.Symbol ? SYMBOL : UNKNOWN;
    }
  }

  /**
   * Reads the name of a symbolic dimension: an expression when it is one in canonical form,
   * otherwise a symbol of that very name.
   */
  public static SymbolicInteger parse(String name) {
    if (new Atom.Symbol(name).isPlain() || name.length() > MAXIMUM_TEXT) {
      return symbol(name);
    }
    SymbolicInteger recent = RECENTLY_PARSED.get(name);
    if (recent != null) {
      return recent;
    }
    SymbolicInteger parsed = new ExpressionParser(name).parse();
    SymbolicInteger value =
        parsed != null && parsed.isKnownByName() && parsed.text.equals(name)
            ? parsed
            : symbol(name);
    if (RECENTLY_PARSED.size() >= MAXIMUM_RECENT) {
      RECENTLY_PARSED.clear();
    }
    RECENTLY_PARSED.put(name, value);
    return value;
  }

  static SymbolicInteger atom(Atom atom) {
    SymbolicInteger value = sum(List.of(Term.of(1, List.of(atom))));
    long lowest = value.lowerBound();
    return lowest == value.upperBound() ? of(lowest) : value;
  }

  /**
   * The dimension of this length.
   *
   * @throws InputException when the value is known and negative
   */
  public Dimension toDimension() {
    if (isUnknown()) {
      return Dimension.UNKNOWN;
    }
    if (isConstant()) {
      return Dimension.of(constant());
    }
    return Dimension.symbol(
        isSymbol() && terms.get(0).factors().get(0) instanceof Atom.Symbol symbol
            ? symbol.name()
            : text);
  }

  public boolean isUnknown() {
    return this == UNKNOWN;
  }

  public boolean isConstant() {
    return !isUnknown() && (terms.isEmpty() || (terms.size() == 1 && constantPart() != 0));
  }

  /** True when the value is the constant {@code value}. */
  public boolean is(long value) {
    return isConstant() && constant() == value;
  }

  /** The value of a constant. */
  public long constant() {
    if (!isConstant()) {
      throw new IllegalStateException("The expression " + this + " is no constant");
    }
    return constantPart();
  }

  private boolean isKnownByName() {
    return !isUnknown() && !isConstant();
  }

  boolean isSymbol() {
    Atom single = singleAtom();
    return single instanceof Atom.Symbol;
  }

  /** The atom that this is, or null. */
  private @Nullable Atom singleAtom() {
    return terms.size() == 1
            && terms.get(0).coefficient() == 1
            && terms.get(0).factors().size() == 1
        ? terms.get(0).factors().get(0)
        : null;
  }

  private long constantPart() {
    return !terms.isEmpty() && terms.get(0).factors().isEmpty() ? terms.get(0).coefficient() : 0;
  }

  List<Term> terms() {
    return terms;
  }

  public SymbolicInteger plus(SymbolicInteger other) {
    if (isUnknown() || other.isUnknown()) {
      return UNKNOWN;
    }
    List<Term> all = new ArrayList<>(terms);
    all.addAll(other.terms);
    return sum(all);
  }

  public SymbolicInteger plus(long other) {
    return plus(of(other));
  }

  public SymbolicInteger minus(SymbolicInteger other) {
    return plus(other.times(-1));
  }

  public SymbolicInteger times(long other) {
    return times(of(other));
  }

  public SymbolicInteger times(SymbolicInteger other) {
    if (is(0) || other.is(0)) {
      return ZERO;
    }
    if (isUnknown() || other.isUnknown() || terms.size() * other.terms.size() > 4 * MAXIMUM_TERMS) {
      return UNKNOWN;
    }
    List<Term> products = new ArrayList<>();
    for (Term left : terms) {
      for (Term right : other.terms) {
        List<Atom> factors = new ArrayList<>(left.factors());
        factors.addAll(right.factors());
        if (factors.size() > MAXIMUM_DEGREE || overflows(left.coefficient(), right.coefficient())) {
          return UNKNOWN;
        }
        products.add(Term.of(left.coefficient() * right.coefficient(), factors));
      }
    }
    return sum(products);
  }

  private static boolean overflows(long left, long right) {
    long high = Math.multiplyHigh(left, right);
    return (high != 0 || left * right < 0) && (high != -1 || left * right >= 0);
  }

  private static SymbolicInteger sum(List<Term> terms) {
    if (terms.size() > 8 * MAXIMUM_TERMS) {
      return UNKNOWN;
    }
    Map<String, Term> byKey = new TreeMap<>();
    for (Term term : terms) {
      Term before = byKey.get(term.key());
      long coefficient = term.coefficient();
      if (before != null) {
        long other = before.coefficient();
        long total = coefficient + other;
        if (((coefficient ^ total) & (other ^ total)) < 0) {
          return UNKNOWN;
        }
        coefficient = total;
      }
      byKey.put(term.key(), term.withCoefficient(coefficient));
    }
    List<Term> kept = byKey.values().stream().filter(term -> term.coefficient() != 0).toList();
    if (kept.size() > MAXIMUM_TERMS) {
      return UNKNOWN;
    }
    String text = print(kept);
    return text.length() > MAXIMUM_TEXT ? UNKNOWN : new SymbolicInteger(kept, text);
  }

  private static String print(List<Term> terms) {
    StringBuilder text = new StringBuilder();
    for (Term term : terms) {
      if (!term.factors().isEmpty()) {
        appendTerm(text, term);
        if (text.length() > MAXIMUM_TEXT) {
          return text.toString();
        }
      }
    }
    if (!terms.isEmpty() && terms.get(0).factors().isEmpty()) {
      appendTerm(text, terms.get(0));
    }
    return text.isEmpty() ? "0" : text.toString();
  }

  private static void appendTerm(StringBuilder text, Term term) {
    long coefficient = term.coefficient();
    boolean first = text.isEmpty();
    text.append(first ? (coefficient < 0 ? "-" : "") : coefficient < 0 ? " - " : " + ");
    String magnitude = coefficient < 0 ? Long.toString(coefficient).substring(1) : "" + coefficient;
    boolean bare = magnitude.equals("1") && !term.factors().isEmpty();
    if (!bare) {
      text.append(magnitude);
    }
    if (!term.factors().isEmpty()) {
      boolean wrapped = !bare || (first && coefficient < 0);
      text.append(bare ? "" : "*")
          .append(
              wrapped && term.factors().size() == 1 ? term.factors().get(0).factor() : term.key());
    }
  }

  /**
   * Quotient rounded towards minus infinity; unknown when the divisor may be zero or negative.
   *
   * @throws InputException for a division by the constant 0
   */
  public SymbolicInteger floorDivide(SymbolicInteger divisor) {
    return Division.floor(this, divisor);
  }

  public SymbolicInteger floorDivide(long divisor) {
    return floorDivide(of(divisor));
  }

  /** Quotient rounded towards plus infinity. */
  public SymbolicInteger ceilDivide(SymbolicInteger divisor) {
    return divisor.isConstant() && divisor.constant() > 0
        ? plus(divisor).plus(-1).floorDivide(divisor)
        : times(-1).floorDivide(divisor).times(-1);
  }

  public SymbolicInteger ceilDivide(long divisor) {
    return ceilDivide(of(divisor));
  }

  /**
   * The quotient of a division that is known to leave no remainder, found by polynomial long
   * division where it can be; otherwise as {@link #floorDivide}.
   */
  public SymbolicInteger divideExactly(SymbolicInteger divisor) {
    SymbolicInteger exact = Division.exactly(this, divisor);
    return exact != null ? exact : floorDivide(divisor);
  }

  public static SymbolicInteger minimum(SymbolicInteger left, SymbolicInteger right) {
    return Extrema.of(false, left, right);
  }

  public static SymbolicInteger maximum(SymbolicInteger left, SymbolicInteger right) {
    return Extrema.of(true, left, right);
  }

  /** A value that this is never below, {@link Long#MIN_VALUE} when there is none to be seen. */
  public long lowerBound() {
    return Bounds.lower(this);
  }

  /** A value that this is never above, {@link Long#MAX_VALUE} when there is none to be seen. */
  public long upperBound() {
    return Bounds.upper(this);
  }

  /** The value for these lengths of the symbols, or null when one is missing or it overflows. */
  public @Nullable Long evaluate(Map<String, Long> symbols) {
    return isUnknown() ? null : Evaluation.of(this, symbols);
  }

  /** Equal canonical form; an unknown value is equal to itself only as an object. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SymbolicInteger that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Canonical text, {@code ?} when unknown. */
  @Override
  public String toString() {
    return text;
  }
}
