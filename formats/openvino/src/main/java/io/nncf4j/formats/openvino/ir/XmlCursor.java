package io.nncf4j.formats.openvino.ir;

import io.nncf4j.core.InputException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Walks the elements of an XML stream. {@link #nextChild} goes to the next child of the element
 * whose start was met last; when there is none left it has passed that element's end.
 */
final class XmlCursor {
  private final XMLStreamReader reader;
  private final int maximumDepth;
  private int depth;

  XmlCursor(XMLStreamReader reader, int maximumDepth) {
    this.reader = reader;
    this.maximumDepth = maximumDepth;
  }

  boolean nextChild() throws XMLStreamException {
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++depth > maximumDepth) {
            throw new InputException("has elements nested deeper than " + maximumDepth);
          }
          return true;
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          return false;
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> throw forbidden();
        default -> {
          // White space, comments and processing instructions say nothing.
        }
      }
    }
    return false;
  }

  private static InputException forbidden() {
    return new InputException("holds a document type or an entity, which an IR has not");
  }

  /** Passes the end of the element whose start was met last. */
  void skip() throws XMLStreamException {
    int level = depth;
    while (depth >= level) {
      nextChild();
      if (!reader.hasNext()) {
        return;
      }
    }
  }

  /** The text of the element whose start was met last, up to its end. */
  String text() throws XMLStreamException {
    StringBuilder text = new StringBuilder();
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          return text.toString();
        }
        case XMLStreamConstants.START_ELEMENT ->
            throw new InputException("holds an element where a number should stand");
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> throw forbidden();
        default -> {
          // Comments say nothing.
        }
      }
    }
    return text.toString();
  }

  String name() {
    return reader.getLocalName();
  }

  boolean has(String attribute) {
    return reader.getAttributeValue(null, attribute) != null;
  }

  String attribute(String attribute, String absent) {
    String found = reader.getAttributeValue(null, attribute);
    return found == null ? absent : found;
  }

  Map<String, String> attributes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (int index = 0; index < reader.getAttributeCount(); index++) {
      attributes.put(reader.getAttributeLocalName(index), reader.getAttributeValue(index));
    }
    return attributes;
  }

  /** A whole number; one outside the bounds is refused, an absent one is {@code absent}. */
  long number(String attribute, long lowest, long highest, long absent) {
    String text = reader.getAttributeValue(null, attribute);
    if (text == null) {
      if (absent < lowest) {
        throw new InputException(
            "the element " + name() + " in line " + line() + " lacks the attribute " + attribute);
      }
      return absent;
    }
    return parse(attribute, text.strip(), lowest, highest);
  }

  /** A finite number; an absent one is {@code absent}. */
  double real(String attribute, double absent) {
    String text = reader.getAttributeValue(null, attribute);
    if (text == null) {
      return absent;
    }
    try {
      double number = Double.parseDouble(text.strip());
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, together with numbers that are not finite.
    }
    throw new InputException(
        attribute
            + " in line "
            + line()
            + " should be a number, found \""
            + (text.length() > 40 ? text.substring(0, 40) + "..." : text)
            + "\"");
  }

  long parse(String what, String text, long lowest, long highest) {
    try {
      long number = Long.parseLong(text);
      if (number >= lowest && number <= highest) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, together with numbers out of bounds.
    }
    throw new InputException(
        what
            + " in line "
            + line()
            + " should be a whole number from "
            + lowest
            + " to "
            + highest
            + ", found \""
            + (text.length() > 40 ? text.substring(0, 40) + "..." : text)
            + "\"");
  }

  private int line() {
    return reader.getLocation().getLineNumber();
  }

  static String oneLine(XMLStreamException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.replaceAll("\\s+", " ");
  }
}
