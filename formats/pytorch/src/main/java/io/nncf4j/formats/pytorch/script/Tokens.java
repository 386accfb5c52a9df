package io.nncf4j.formats.pytorch.script;

import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of one line of code. */
final class Tokens {
  private static final Pattern WORD =
      Pattern.compile(
          "\\s*(?:(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')"
              + "|((?:\\d+\\.?\\d*(?:[eE][+-]?\\d+)?|\\.\\d+(?:[eE][+-]?\\d+)?))"
              + "|([A-Za-z_][A-Za-z0-9_]*)"
              + "|(->|==|!=|<=|>=|//|\\*\\*|<<|>>|[-+*/%<>()\\[\\]{},:.=&|^~@]))");

  private final List<String> words = new ArrayList<>();
  private final String line;
  private int next;

  Tokens(String line) {
    this.line = line;
    Matcher matcher = WORD.matcher(line);
    int at = 0;
    while (at < line.length() && !line.substring(at).isBlank()) {
      if (!matcher.region(at, line.length()).lookingAt()) {
        throw new InputException("The code cannot be read here: " + shortened(line.substring(at)));
      }
      words.add(matcher.group().strip());
      at = matcher.end();
    }
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  String peek() {
    return peek(0);
  }

  String peek(int ahead) {
    return next + ahead < words.size() ? words.get(next + ahead) : "";
  }

  String take() {
    String word = peek();
    next++;
    return word;
  }

  boolean takeIf(String word) {
    if (peek().equals(word)) {
      next++;
      return true;
    }
    return false;
  }

  void expect(String word) {
    if (!takeIf(word)) {
      throw problem("\"" + word + "\" is expected");
    }
  }

  boolean atEnd() {
    return next >= words.size();
  }

  int position() {
    return next;
  }

  void back(int position) {
    next = position;
  }

  InputException problem(String what) {
    return new InputException(
        "The code cannot be read: " + what + " at \"" + peek() + "\" in: " + shortened(line));
  }
}
