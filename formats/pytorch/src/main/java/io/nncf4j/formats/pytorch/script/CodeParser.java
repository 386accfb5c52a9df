package io.nncf4j.formats.pytorch.script;

import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses one file of code: classes with their methods, and functions. */
final class CodeParser {
  private static final int DEEPEST = 64;

  private record Line(int indent, String text) {}

  private final List<Line> lines = new ArrayList<>();
  private int next;

  private CodeParser(String code) {
    StringBuilder joined = new StringBuilder();
    int open = 0;
    int indent = 0;
    for (String line : code.split("\n")) {
      if (open == 0) {
        joined.setLength(0);
        indent = line.length() - line.stripLeading().length();
      }
      joined.append(line).append(' ');
      open += brackets(line);
      if (open <= 0) {
        open = 0;
        if (!joined.toString().isBlank()) {
          lines.add(new Line(indent, joined.toString().strip()));
        }
      }
    }
    if (open != 0) {
      throw new InputException("The code ends within brackets");
    }
  }

  private static int brackets(String line) {
    int open = 0;
    char quote = 0;
    for (int at = 0; at < line.length(); at++) {
      char letter = line.charAt(at);
      if (quote != 0) {
        at += letter == '\\' ? 1 : 0;
        quote = letter == quote ? 0 : quote;
      } else if (letter == '"' || letter == '\'') {
        quote = letter;
      } else if ("([{".indexOf(letter) >= 0) {
        open++;
      } else if (")]}".indexOf(letter) >= 0) {
        open--;
      }
    }
    return open;
  }

  /** Definitions by name. */
  static Map<String, Definition> parse(String code) {
    CodeParser parser = new CodeParser(code);
    Map<String, Definition> definitions = new HashMap<>();
    while (parser.next < parser.lines.size()) {
      Line line = parser.lines.get(parser.next);
      if (line.text().startsWith("class ")) {
        Definition.Type type = parser.type();
        definitions.put(type.name(), type);
      } else if (line.text().startsWith("def ")) {
        Definition.Function function = parser.function();
        definitions.put(function.name(), function);
      } else {
        parser.next++;
      }
    }
    return definitions;
  }

  private Definition.Type type() {
    Line head = lines.get(next++);
    Tokens tokens = new Tokens(head.text());
    tokens.expect("class");
    String name = tokens.take();
    Map<String, Expression> constants = new HashMap<>();
    Map<String, Definition.Function> methods = new HashMap<>();
    while (next < lines.size() && lines.get(next).indent() > head.indent()) {
      String text = lines.get(next).text();
      if (text.startsWith("def ")) {
        Definition.Function method = function();
        methods.put(method.name(), method);
      } else {
        int equals = text.indexOf(" = ");
        int colon = text.indexOf(" :");
        if (equals > 0 && colon > 0 && colon < equals) {
          Tokens value = new Tokens(text.substring(equals + 3));
          constants.put(text.substring(0, colon), new ExpressionParser(value).parse());
        }
        next++;
      }
    }
    return new Definition.Type(name, constants, methods);
  }

  private Definition.Function function() {
    Line head = lines.get(next++);
    Tokens tokens = new Tokens(head.text());
    tokens.expect("def");
    String name = tokens.take();
    tokens.expect("(");
    List<String> parameters = new ArrayList<>();
    Map<String, Expression> defaults = new LinkedHashMap<>();
    while (!tokens.takeIf(")")) {
      tokens.takeIf("*");
      String parameter = tokens.take();
      parameters.add(parameter);
      if (tokens.takeIf(":")) {
        new ExpressionParser(tokens).parse();
      }
      if (tokens.takeIf("=")) {
        defaults.put(parameter, new ExpressionParser(tokens).parse());
      }
      if (!tokens.peek().equals(")")) {
        tokens.expect(",");
      }
    }
    return new Definition.Function(name, parameters, defaults, block(head.indent(), 0));
  }

  private List<Statement> block(int indent, int depth) {
    if (depth > DEEPEST) {
      throw new InputException("The code is nested more than " + DEEPEST + " deep");
    }
    List<Statement> statements = new ArrayList<>();
    while (next < lines.size() && lines.get(next).indent() > indent) {
      statements.add(statement(depth));
    }
    return statements;
  }

  private Statement statement(int depth) {
    Line line = lines.get(next++);
    Tokens tokens = new Tokens(line.text());
    switch (tokens.peek()) {
      case "return" -> {
        tokens.take();
        return new Statement.Return(
            tokens.atEnd() ? new Expression.Literal(ScriptValue.NOTHING) : list(tokens));
      }
      case "pass" -> {
        return new Statement.Pass();
      }
      case "if" -> {
        tokens.take();
        Expression condition = new ExpressionParser(tokens).parse();
        List<Statement> then = block(line.indent(), depth + 1);
        List<Statement> otherwise = List.of();
        if (next < lines.size()
            && lines.get(next).indent() == line.indent()
            && lines.get(next).text().startsWith("else:")) {
          next++;
          otherwise = block(line.indent(), depth + 1);
        }
        return new Statement.If(condition, then, otherwise);
      }
      case "for" -> {
        tokens.take();
        String variable = tokens.take();
        tokens.expect("in");
        Expression items = new ExpressionParser(tokens).parse();
        return new Statement.For(variable, items, block(line.indent(), depth + 1));
      }
      case "while" -> {
        tokens.take();
        Expression condition = new ExpressionParser(tokens).parse();
        return new Statement.While(condition, block(line.indent(), depth + 1));
      }
      default -> {
        return assignment(tokens);
      }
    }
  }

  /** One expression, or several with commas between and perhaps behind them. */
  private static Expression list(Tokens tokens) {
    Expression first = new ExpressionParser(tokens).parse();
    if (!tokens.peek().equals(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.takeIf(",")) {
      if (!tokens.atEnd() && !tokens.peek().equals("=")) {
        items.add(new ExpressionParser(tokens).parse());
      }
    }
    return new Expression.Several(items);
  }

  private static Statement assignment(Tokens tokens) {
    Expression target = list(tokens);
    if (tokens.takeIf(":")) {
      new ExpressionParser(tokens).parse();
    }
    if (!tokens.takeIf("=")) {
      return new Statement.Evaluate(target);
    }
    Expression value = list(tokens);
    boolean several = target instanceof Expression.Several;
    List<Expression> targets =
        target instanceof Expression.Several all ? all.items() : List.of(target);
    return new Statement.Assign(targets, several, value);
  }
}
