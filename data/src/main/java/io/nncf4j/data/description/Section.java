package io.nncf4j.data.description;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a description, read key by key: a wrong value becomes a problem and counts as
 * absent.
 */
final class Section {
  private final String name;
  private final Yaml.Mapping mapping;
  private final Problems problems;

  /**
   * @param name how messages call the mapping, empty for the top
   * @param known every key that may stand in it; others become problems at once
   */
  Section(String name, Yaml.Mapping mapping, Problems problems, String... known) {
    this.name = name;
    this.mapping = mapping;
    this.problems = problems;
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!Arrays.asList(known).contains(key)) {
                String what = name.isEmpty() ? "key" : "key in " + name;
                problems.add(entry.line(), Problems.unknown(what, key, List.of(known)));
              }
            });
  }

  boolean has(String key) {
    return mapping.entries().containsKey(key);
  }

  /** Line of the key, or of the mapping where the key is absent. */
  int line(String key) {
    Yaml.Entry entry = mapping.entries().get(key);
    return entry == null ? mapping.line() : entry.line();
  }

  void problem(String key, String problem) {
    problems.add(line(key), problem);
  }

  @Nullable String text(String key) {
    Yaml value = value(key);
    if (value == null) {
      return null;
    }
    if (value instanceof Yaml.Scalar scalar && !scalar.text().isBlank()) {
      return scalar.text().strip();
    }
    wrong(key, "text");
    return null;
  }

  OptionalInt integer(String key) {
    Yaml value = value(key);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (value instanceof Yaml.Scalar scalar && scalar.text().strip().matches("[-+]?[0-9]{1,9}")) {
      return OptionalInt.of(Integer.parseInt(scalar.text().strip()));
    }
    boolean isLong =
        value instanceof Yaml.Scalar number && number.text().strip().matches("[-+]?[0-9]+");
    wrong(key, isLong ? "a whole number of at most 9 digits" : "a whole number");
    return OptionalInt.empty();
  }

  OptionalDouble number(String key) {
    Yaml value = value(key);
    if (value == null) {
      return OptionalDouble.empty();
    }
    OptionalDouble number = number(value);
    if (number.isEmpty()) {
      wrong(key, "a number");
    }
    return number;
  }

  /** A sequence of numbers, or one number. */
  @Nullable List<Double> numbers(String key) {
    Yaml value = value(key);
    if (value == null) {
      return null;
    }
    List<Yaml> elements =
        value instanceof Yaml.Sequence sequence ? sequence.elements() : List.of(value);
    List<Double> numbers = new ArrayList<>();
    for (Yaml element : elements) {
      number(element).ifPresent(numbers::add);
    }
    if (numbers.isEmpty() || numbers.size() != elements.size()) {
      wrong(key, "numbers in brackets, such as [0.485, 0.456, 0.406]");
      return null;
    }
    return numbers;
  }

  /** A sequence of texts, or one text; empty when absent. */
  List<String> texts(String key) {
    Yaml value = value(key);
    if (value == null) {
      return List.of();
    }
    List<Yaml> elements =
        value instanceof Yaml.Sequence sequence ? sequence.elements() : List.of(value);
    List<String> texts = new ArrayList<>();
    for (Yaml element : elements) {
      if (element instanceof Yaml.Scalar scalar && !scalar.text().isBlank()) {
        texts.add(scalar.text().strip());
      }
    }
    if (texts.isEmpty() || texts.size() != elements.size()) {
      wrong(key, "a name, or names in brackets");
      return List.of();
    }
    return texts;
  }

  /** One of the constants by the given label, upper and lower case alike. */
  <T> @Nullable T choice(String key, java.util.Map<String, T> choices) {
    String text = text(key);
    if (text == null) {
      return null;
    }
    for (var choice : choices.entrySet()) {
      if (choice.getKey().equalsIgnoreCase(text)) {
        return choice.getValue();
      }
    }
    problem(key, Problems.unknown(path(key), text, choices.keySet()));
    return null;
  }

  /** A nested mapping; null when absent or something else. */
  @Nullable Section section(String key, String... known) {
    Yaml value = value(key);
    if (value == null) {
      return null;
    }
    if (value instanceof Yaml.Mapping nested) {
      return new Section(path(key), nested, problems, known);
    }
    wrong(key, "keys below it: " + String.join(", ", known));
    return null;
  }

  private @Nullable Yaml value(String key) {
    Yaml.Entry entry = mapping.entries().get(key);
    return entry == null ? null : entry.value();
  }

  private static OptionalDouble number(Yaml value) {
    if (value instanceof Yaml.Scalar scalar
        && scalar.text().strip().matches("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?")) {
      double number = Double.parseDouble(scalar.text().strip());
      return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
    }
    return OptionalDouble.empty();
  }

  private void wrong(String key, String expected) {
    Yaml value = value(key);
    String found =
        value instanceof Yaml.Scalar scalar
            ? "\"" + Problems.shorten(scalar.text()) + "\""
            : value instanceof Yaml.Mapping ? "a mapping" : "a list";
    problem(key, "%s must be %s, found %s".formatted(path(key), expected, found));
  }

  private String path(String key) {
    return (name.isEmpty() ? key : name + " " + key).toLowerCase(Locale.ROOT);
  }
}
