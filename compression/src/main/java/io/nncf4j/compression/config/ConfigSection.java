package io.nncf4j.compression.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;

/**
 * An object of a checked configuration, to read values from. Types are checked here once more, for
 * keys that the schema leaves to the caller; values that it leaves open (such as negative counts)
 * need {@link #refuse}.
 */
public final class ConfigSection {
  /** So many letters may differ in a key that is held for a misspelling. */
  private static final int MISSPELLING = 2;

  private final JsonNode node;
  private final String path;
  private final String algorithm;
  private final ConfigReading reading;

  private ConfigSection(JsonNode node, String path, String algorithm, ConfigReading reading) {
    this.node = node;
    this.path = path;
    this.algorithm = node.path("algorithm").asText(algorithm);
    this.reading = reading;
  }

  /**
   * @param reading told of values that are wrong
   */
  ConfigSection(JsonNode node, String path, ConfigReading reading) {
    this(node, path, "", reading);
  }

  private ConfigSection inner(JsonNode value, String at) {
    return new ConfigSection(value, at, algorithm, reading);
  }

  /** Where the section stands, such as {@code compression[0].weights}. */
  public String path() {
    return path;
  }

  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  private Optional<JsonNode> typed(String key, Predicate<JsonNode> isRight, String allowed) {
    JsonNode value = node.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!isRight.test(value)) {
      refuse(key, "found " + value + "; allowed: " + allowed);
      return Optional.empty();
    }
    return Optional.of(value);
  }

  /**
   * Looks for keys that nobody reads.
   *
   * @param known keys that say something here
   * @param isOpen whether other keys are passed over unless they look like a known one
   * @throws ConfigException that names all of them
   */
  public void refuseOthers(Collection<String> known, boolean isOpen) {
    List<ConfigProblem> problems = new ArrayList<>();
    node.fieldNames()
        .forEachRemaining(
            key -> {
              Optional<String> near = EditDistance.nearest(key, known);
              boolean isClose =
                  near.filter(each -> EditDistance.between(key, each) <= MISSPELLING).isPresent();
              if (!known.contains(key) && (isClose || !isOpen)) {
                String instead =
                    near.map(each -> "; did you mean \"" + each + "\"?")
                        .orElse("; known are " + known);
                problems.add(
                    new ConfigProblem(
                        child(key), algorithm, "the key says nothing here" + instead));
              }
            });
    reading.report(problems);
  }

  public Optional<String> text(String key) {
    return typed(key, JsonNode::isTextual, "a text").map(JsonNode::textValue);
  }

  public String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  /** A path; one that is relative is so to the file of the configuration. */
  public Optional<Path> path(String key) {
    Optional<String> text = text(key);
    try {
      return text.map(reading.folder()::resolve);
    } catch (InvalidPathException e) {
      refuse(key, "found " + text.orElse("") + ", which is no path: " + e.getReason());
      return Optional.empty();
    }
  }

  public Optional<Boolean> truth(String key) {
    return typed(key, JsonNode::isBoolean, "true or false").map(JsonNode::booleanValue);
  }

  public boolean truth(String key, boolean otherwise) {
    return truth(key).orElse(otherwise);
  }

  public Optional<Double> number(String key) {
    return typed(key, JsonNode::isNumber, "a number").map(JsonNode::doubleValue);
  }

  public double number(String key, double otherwise) {
    return number(key).orElse(otherwise);
  }

  /**
   * A whole number from {@code least} to {@code most}.
   *
   * @throws ConfigException when the number is another one
   */
  public Optional<Integer> integer(String key, int least, int most) {
    Optional<Double> value = number(key);
    if (value.isPresent()) {
      double given = value.get();
      if (given != Math.rint(given) || given < least || given > most) {
        String upTo = most == Integer.MAX_VALUE ? " or more" : " to " + most;
        refuse(
            key, "found " + node.get(key).asText() + "; allowed: a whole number, " + least + upTo);
        return Optional.empty();
      }
    }
    return value.map(Double::intValue);
  }

  /**
   * A number from {@code least} to {@code most}.
   *
   * @throws ConfigException when the number is another one
   */
  public double number(String key, double least, double most, double otherwise) {
    return limited(key, otherwise, value -> value >= least && value <= most, least + " to " + most);
  }

  /**
   * A share from 0 to less than 1.
   *
   * @throws ConfigException when the number is another one
   */
  public double share(String key, double otherwise) {
    return limited(key, otherwise, value -> value >= 0 && value < 1, "0 to less than 1");
  }

  /**
   * A number above 0.
   *
   * @param most the largest that is allowed
   * @throws ConfigException when the number is another one
   */
  public double positive(String key, double most, double otherwise) {
    return limited(
        key, otherwise, value -> value > 0 && value <= most, "more than 0, up to " + most);
  }

  private double limited(String key, double otherwise, DoublePredicate isRight, String allowed) {
    double value = number(key, otherwise);
    if (has(key) && !isRight.test(value)) {
      refuse(key, "found " + value + "; allowed: " + allowed);
      return otherwise;
    }
    return value;
  }

  /** A whole number of 0 or more. */
  public int count(String key, int otherwise) {
    return integer(key, 0, Integer.MAX_VALUE).orElse(otherwise);
  }

  /** Strings of a list, or one string; empty when the key is absent. */
  public Optional<List<String>> texts(String key) {
    JsonNode value = node.path(key);
    if (value.isTextual()) {
      return Optional.of(List.of(value.textValue()));
    }
    Optional<JsonNode> list = typed(key, JsonNode::isArray, "a text or a list of texts");
    if (list.isEmpty()) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>();
    value.forEach(element -> texts.add(element.asText()));
    return Optional.of(texts);
  }

  public List<Double> numbers(String key) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode element :
        typed(key, JsonNode::isArray, "a list of numbers").orElse(node.path(""))) {
      if (!element.isNumber()) {
        refuse(key, "found " + element + "; allowed: a list of numbers");
        continue;
      }
      numbers.add(element.doubleValue());
    }
    return numbers;
  }

  /**
   * Pairs of a number and a text, as lists of two.
   *
   * @throws ConfigException when one is shorter
   */
  public List<Map.Entry<Double, String>> pairs(String key) {
    List<Map.Entry<Double, String>> pairs = new ArrayList<>();
    for (JsonNode pair : node.path(key)) {
      if (!pair.path(0).isNumber() || !pair.path(1).isTextual()) {
        refuse(key, "found " + pair + "; allowed: a list of a number and a scope");
        continue;
      }
      pairs.add(Map.entry(pair.get(0).doubleValue(), pair.get(1).textValue()));
    }
    return pairs;
  }

  public Optional<ConfigSection> section(String key) {
    return typed(key, JsonNode::isObject, "an object {…}").map(value -> inner(value, child(key)));
  }

  /** The section, or an empty one. */
  public ConfigSection sectionOrEmpty(String key) {
    return section(key).orElseGet(() -> inner(MissingNode.getInstance(), child(key)));
  }

  /** One section or a list of them; empty when the key is absent. */
  public List<ConfigSection> sections(String key) {
    JsonNode value = node.path(key);
    List<ConfigSection> sections = new ArrayList<>();
    if (!value.isArray()) {
      section(key).ifPresent(sections::add);
    }
    for (int index = 0; value.isArray() && index < value.size(); index++) {
      sections.add(inner(value.get(index), child(key) + "[" + index + "]"));
    }
    return sections;
  }

  /** The sections of an object whose keys the user chose. */
  public Map<String, ConfigSection> named(String key) {
    Map<String, ConfigSection> sections = new LinkedHashMap<>();
    node.path(key)
        .properties()
        .forEach(
            entry ->
                sections.put(
                    entry.getKey(),
                    inner(entry.getValue(), child(key) + "[\"" + entry.getKey() + "\"]")));
    return sections;
  }

  public boolean isSection(String key) {
    return node.path(key).isObject();
  }

  public boolean isList(String key) {
    return node.path(key).isArray();
  }

  /**
   * Says that the value of a key is wrong. Whoever checks a whole configuration goes on behind
   * this, with a value that is right.
   *
   * @throws ConfigException unless problems are collected
   */
  public void refuse(String key, String message) {
    reading.report(List.of(new ConfigProblem(child(key), algorithm, message)));
  }

  /** An error about one key of this section. */
  public ConfigException problem(String key, String message) {
    return reading.failure(List.of(new ConfigProblem(child(key), algorithm, message)));
  }

  private String child(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
