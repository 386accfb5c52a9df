package io.nncf4j.compression.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The errors of the schema library in our words: path, algorithm, found, allowed. */
final class SchemaErrors {
  private static final int LONGEST_VALUE = 60;

  private final JsonNode schema;
  private final JsonNode config;

  SchemaErrors(JsonNode schema, JsonNode config) {
    this.schema = schema;
    this.config = config;
  }

  List<ConfigProblem> translate(List<Error> errors) {
    Set<ConfigProblem> problems = new LinkedHashSet<>();
    for (Error error : errors) {
      // Branches of a choice are explained by the choice itself.
      if (!error.getEvaluationPath().contains("oneOf") || error.getKeyword().equals("oneOf")) {
        problems.add(
            new ConfigProblem(
                path(error.getInstanceLocation()),
                algorithm(error.getInstanceLocation()),
                message(error)));
      }
    }
    return new ArrayList<>(problems);
  }

  private String message(Error error) {
    JsonNode found = at(error.getInstanceLocation());
    JsonNode rule = error.getSchemaNode();
    return switch (error.getKeyword()) {
      case "additionalProperties" -> unknownKey(error);
      case "type" -> "found " + describe(found) + "; allowed: " + names(rule);
      case "enum" -> unknownValue(found, rule);
      case "required" -> missing(error.getProperty(), found, error);
      case "oneOf" ->
          "exactly one of " + alternatives(rule) + " must be given; found " + keys(found);
      default -> error.getMessage();
    };
  }

  private String unknownKey(Error error) {
    String key = error.getProperty();
    List<String> allowed = keysOf(siblings(error).path("properties"));
    return "unknown key \""
        + key
        + "\""
        + suggestion(key, allowed)
        + "; allowed: "
        + listed(allowed);
  }

  private static String unknownValue(JsonNode found, JsonNode rule) {
    List<String> allowed = new ArrayList<>();
    rule.forEach(value -> allowed.add(value.asText()));
    return "found "
        + describe(found)
        + (found.isTextual() ? suggestion(found.textValue(), allowed) : "")
        + "; allowed: "
        + listed(allowed);
  }

  private String missing(String key, JsonNode found, Error error) {
    List<String> allowed = keysOf(siblings(error).path("properties"));
    List<String> near = new ArrayList<>();
    found
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!allowed.contains(name) && EditDistance.nearest(name, List.of(key)).isPresent()) {
                near.add(name);
              }
            });
    String hint = near.isEmpty() ? "" : "; is \"" + near.get(0) + "\" meant to be it?";
    JsonNode choice = siblings(error).path("properties").path(key).path("enum");
    List<String> values = new ArrayList<>();
    choice.forEach(value -> values.add(value.asText()));
    return "\""
        + key
        + "\" is missing"
        + hint
        + (values.isEmpty() ? "" : "; allowed: " + listed(values))
        + (found.isObject() ? "; found " + keys(found) : "");
  }

  private static String suggestion(String word, List<String> allowed) {
    return EditDistance.nearest(word, allowed)
        .map(near -> ", did you mean \"" + near + "\"?")
        .orElse("");
  }

  private static String alternatives(JsonNode rule) {
    Set<String> keys = new TreeSet<>();
    rule.forEach(branch -> branch.path("required").forEach(key -> keys.add(key.asText())));
    return listed(keys);
  }

  /** The object of the schema that holds the rule. */
  private JsonNode siblings(Error error) {
    String fragment = String.valueOf(error.getSchemaLocation().getFragment());
    String pointer = fragment.substring(0, Math.max(0, fragment.lastIndexOf('/')));
    JsonNode own = schema.at(JsonPointer.compile(pointer));
    return own;
  }

  private JsonNode at(NodePath location) {
    JsonNode node = config;
    for (int index = 0; index < location.getNameCount(); index++) {
      Object element = location.getElement(index);
      node = element instanceof Integer place ? node.path(place) : node.path(element.toString());
    }
    return node;
  }

  private static String path(NodePath location) {
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < location.getNameCount(); index++) {
      Object element = location.getElement(index);
      if (element instanceof Integer) {
        text.append('[').append(element).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(element);
      }
    }
    return text.isEmpty() ? "$" : text.toString();
  }

  private String algorithm(NodePath location) {
    if (location.getNameCount() == 0 || !"compression".equals(location.getElement(0))) {
      return "";
    }
    JsonNode section = config.path("compression");
    if (section.isArray() && location.getNameCount() > 1) {
      section = section.path((Integer) location.getElement(1));
    }
    return shortened(section.path("algorithm").asText(""));
  }

  private static String describe(JsonNode found) {
    return switch (found.getNodeType()) {
      case OBJECT -> "an object with " + keys(found);
      case ARRAY -> "an array";
      case NULL, MISSING -> "nothing (null)";
      case STRING -> "\"" + shortened(found.textValue()) + "\"";
      case BOOLEAN, NUMBER -> shortened(found.asText()) + " (" + typeName(found) + ")";
      case BINARY, POJO -> "no JSON";
    };
  }

  private static String typeName(JsonNode found) {
    return found.isBoolean() ? "boolean" : "number";
  }

  private static String keys(JsonNode object) {
    List<String> keys = keysOf(object);
    return keys.isEmpty() ? "no keys" : "the keys " + listed(keys);
  }

  private static List<String> keysOf(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(name -> keys.add(shortened(name)));
    return keys;
  }

  private static String names(JsonNode rule) {
    List<String> names = new ArrayList<>();
    if (rule.isTextual()) {
      names.add(rule.textValue());
    }
    rule.forEach(name -> names.add(name.asText()));
    return listed(names);
  }

  private static String listed(Iterable<String> words) {
    return String.join(", ", words);
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
  }
}
