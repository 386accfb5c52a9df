package io.nncf4j.formats.pytorch.script;

import io.nncf4j.formats.pytorch.aten.AtenValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses expressions by precedence; the depth is limited. */
final class ExpressionParser {
  private static final int DEEPEST = 200;

  /** From weak to strong; each level groups to the left. */
  private static final List<Set<String>> LEVELS =
      List.of(
          Set.of("or"),
          Set.of("and"),
          Set.of("==", "!=", "<", ">", "<=", ">=", "is", "in"),
          Set.of("+", "-"),
          Set.of("*", "/", "//", "%"));

  private static final Map<String, AtenValue> WORDS =
      Map.of(
          "True", new AtenValue.Flag(true),
          "False", new AtenValue.Flag(false),
          "None", AtenValue.NOTHING,
          "inf", new AtenValue.Real(Double.POSITIVE_INFINITY),
          "nan", new AtenValue.Real(Double.NaN));

  private final Tokens tokens;
  private int depth;

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
  }

  Expression parse() {
    if (++depth > DEEPEST) {
      throw tokens.problem("it is nested too deeply");
    }
    Expression value = level(0);
    if (tokens.takeIf("if")) {
      Expression condition = level(0);
      tokens.expect("else");
      value = new Expression.Operation("if", List.of(condition, value, parse()));
    }
    depth--;
    return value;
  }

  private Expression level(int level) {
    if (level == LEVELS.size()) {
      return unary();
    }
    if (level == 2 && tokens.takeIf("not")) {
      return new Expression.Operation("not", List.of(level(level)));
    }
    Expression left = level(level + 1);
    while (LEVELS.get(level).contains(tokens.peek())) {
      String operator = tokens.take();
      if (operator.equals("is") && tokens.takeIf("not")) {
        operator = "is not";
      }
      left = new Expression.Operation(operator, List.of(left, level(level + 1)));
    }
    return left;
  }

  private Expression unary() {
    if (++depth > DEEPEST) {
      throw tokens.problem("it is nested too deeply");
    }
    Expression value;
    if (tokens.takeIf("-")) {
      value = new Expression.Operation("negative", List.of(unary()));
    } else {
      value = postfix(primary());
      if (tokens.takeIf("**")) {
        value = new Expression.Operation("**", List.of(value, unary()));
      }
    }
    depth--;
    return value;
  }

  private Expression postfix(Expression first) {
    Expression value = first;
    while (true) {
      if (tokens.takeIf(".")) {
        value = new Expression.Attribute(value, tokens.take());
      } else if (tokens.takeIf("(")) {
        List<String> names = new ArrayList<>();
        List<Expression> arguments = new ArrayList<>();
        while (!tokens.takeIf(")")) {
          boolean named = tokens.peek(1).equals("=");
          names.add(named ? tokens.take() : "");
          if (named) {
            tokens.expect("=");
          }
          arguments.add(parse());
          if (!tokens.peek().equals(")")) {
            tokens.expect(",");
          }
        }
        value = new Expression.Call(value, names, arguments);
      } else if (tokens.takeIf("[")) {
        Expression index = parse();
        while (tokens.takeIf(",")) {
          // Types have several parameters; they are not evaluated.
          if (!tokens.peek().equals("]")) {
            parse();
          }
        }
        tokens.expect("]");
        value = new Expression.Item(value, index);
      } else {
        return value;
      }
    }
  }

  private Expression primary() {
    String word = tokens.take();
    if (word.equals("(") || word.equals("[")) {
      return group(word.equals("(") ? ")" : "]", word.equals("["));
    }
    if (word.isEmpty() || "{}),:=@".contains(word)) {
      throw tokens.problem("an expression is expected behind \"" + word + "\"");
    }
    char first = word.charAt(0);
    if (first == '"' || first == '\'') {
      return literal(new AtenValue.Text(unescaped(word)));
    }
    if (Character.isDigit(first) || first == '.') {
      return literal(number(word));
    }
    AtenValue known = WORDS.get(word);
    return known != null ? literal(known) : new Expression.Variable(word);
  }

  private AtenValue number(String word) {
    try {
      return word.matches("\\d+")
          ? new AtenValue.Whole(Long.parseLong(word))
          : new AtenValue.Real(Double.parseDouble(word));
    } catch (NumberFormatException e) {
      throw tokens.problem("\"" + word + "\" is no number");
    }
  }

  private static Expression literal(AtenValue value) {
    return new Expression.Literal(new ScriptValue.Data(value));
  }

  private static String unescaped(String word) {
    return word.substring(1, word.length() - 1).replaceAll("\\\\(.)", "$1");
  }

  private Expression group(String end, boolean list) {
    List<Expression> items = new ArrayList<>();
    boolean several = list;
    while (!tokens.takeIf(end)) {
      items.add(parse());
      if (!tokens.peek().equals(end)) {
        tokens.expect(",");
        several = true;
      }
    }
    return several || items.isEmpty() ? new Expression.Several(items) : items.get(0);
  }
}
