package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.formats.openvino.ir.IrLayer;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attributes of a layer, which stand in the file as text, by their kind. */
final class AttributeTexts {
  private final Map<String, String> data;

  AttributeTexts(IrLayer layer) {
    this(layer.data());
  }

  AttributeTexts(Map<String, String> data) {
    this.data = data;
  }

  boolean has(String name) {
    return data.containsKey(name);
  }

  String text(String name, String absent) {
    return data.getOrDefault(name, absent);
  }

  String text(String name) {
    String text = data.get(name);
    if (text == null) {
      throw new InputException("it lacks the attribute " + name);
    }
    return text;
  }

  /** One of a few words, in lower case. */
  String word(String name, String absent) {
    return text(name, absent).toLowerCase(Locale.ROOT);
  }

  boolean flag(String name, boolean absent) {
    String text = data.get(name);
    if (text == null) {
      return absent;
    }
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw wrong(name, text, "true or false");
    };
  }

  long integer(String name) {
    text(name);
    return integer(name, 0);
  }

  long integer(String name, long absent) {
    String text = data.get(name);
    return text == null ? absent : parse(name, text);
  }

  float number(String name, float absent) {
    String text = data.get(name);
    return text == null ? absent : parseFloat(name, text);
  }

  /** Numbers separated by commas; none for an empty text. */
  long[] integers(String name) {
    text(name);
    return integers(name, new long[0]);
  }

  long[] integers(String name, long[] absent) {
    String text = data.get(name);
    if (text == null) {
      return absent;
    }
    String[] parts = parts(text);
    long[] numbers = new long[parts.length];
    for (int index = 0; index < parts.length; index++) {
      numbers[index] = parse(name, parts[index]);
    }
    return numbers;
  }

  long @Nullable [] integersOrNull(String name) {
    return has(name) ? integers(name) : null;
  }

  float[] numbers(String name) {
    String[] parts = parts(data.getOrDefault(name, ""));
    float[] numbers = new float[parts.length];
    for (int index = 0; index < parts.length; index++) {
      numbers[index] = parseFloat(name, parts[index]);
    }
    return numbers;
  }

  static String[] parts(String text) {
    String stripped = text.replace('[', ' ').replace(']', ' ').strip();
    return stripped.isEmpty() ? new String[0] : stripped.split("\\s*,\\s*", -1);
  }

  private static long parse(String name, String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw wrong(name, text, "whole numbers");
    }
  }

  private static float parseFloat(String name, String text) {
    try {
      return Float.parseFloat(text.strip());
    } catch (NumberFormatException e) {
      throw wrong(name, text, "numbers");
    }
  }

  private static InputException wrong(String name, String text, String expected) {
    String shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
    return new InputException(
        "its attribute " + name + " should be " + expected + ", found \"" + shown + "\"");
  }
}
