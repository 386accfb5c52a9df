package io.nncf4j.report.html;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML and SVG. All text and all attribute values pass through here and are escaped; there
 * is no way around, except {@link #trusted} for the parts that ship with the program.
 */
final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  Markup open(String element, Object... attributes) {
    tag(element, attributes);
    open.push(element);
    return this;
  }

  /** Writes an element that has no content, such as {@code line} or {@code br}. */
  Markup empty(String element, Object... attributes) {
    tag(element, attributes);
    out.insert(out.length() - 1, '/');
    return this;
  }

  /** Writes an element with text in it. */
  Markup element(String element, String text, Object... attributes) {
    return open(element, attributes).text(text).close();
  }

  Markup text(String text) {
    escape(text);
    return this;
  }

  /** Closes the element that was opened last. */
  Markup close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Writes what needs no escaping because it ships with the program or was escaped already. */
  Markup trusted(String markup) {
    out.append(markup);
    return this;
  }

  Markup line() {
    out.append('\n');
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private void tag(String element, Object... attributes) {
    out.append('<').append(element);
    for (int index = 0; index < attributes.length; index += 2) {
      out.append(' ').append(attributes[index]).append("=\"");
      escape(attributes[index + 1].toString());
      out.append('"');
    }
    out.append('>');
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(isAllowed(point) ? point : '\uFFFD');
              }
            });
  }

  /** Control characters and lone surrogates do not belong into a page. */
  private static boolean isAllowed(int point) {
    boolean control = Character.isISOControl(point) && point != '\n' && point != '\t';
    return !control && (point < 0xD800 || point > 0xDFFF);
  }
}
