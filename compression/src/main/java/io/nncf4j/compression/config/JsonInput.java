package io.nncf4j.compression.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nncf4j.core.InputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON from strangers as a tree, within limits; comments and trailing commas are tolerated.
 * Whatever is wrong ends as one clear message.
 */
public final class JsonInput {
  private static final int DEEPEST = 64;
  private static final int LARGEST = 16 << 20;
  private static final int LONGEST_NUMBER = 64;

  /** The parser names its own classes and switches, which a user cannot reach. */
  private static final Pattern LIBRARY_ADVICE =
      Pattern.compile(
          ",? ?(\\(consider enabling [^)]*\\)|from `[^`]*`|\\(start marker at \\[[^]]*\\]\\))");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxNumberLength(LONGEST_NUMBER)
                          .maxStringLength(LARGEST)
                          .build())
                  .build())
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonInput() {}

  static JsonNode read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new InputException(
            file + (Files.exists(file) ? " is no file" : " does not exist") + "; give a JSON file");
      }
      if (Files.size(file) > LARGEST) {
        throw new InputException(
            file + " is larger than a configuration can be (" + (LARGEST >> 20) + " MB)");
      }
      return parse(Files.readString(file), file.toString());
    } catch (CharacterCodingException e) {
      throw new InputException(file + " is no text in UTF-8", e);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The tree of a text; its numbers are finite.
   *
   * @param source name of the text in messages
   * @throws InputException when it is no JSON
   */
  public static JsonNode parse(String text, String source) {
    if (text.length() > LARGEST) {
      throw new InputException(
          source + " is larger than a configuration can be (" + (LARGEST >> 20) + " MB)");
    }
    try {
      JsonNode tree = MAPPER.readTree(text);
      if (tree.isMissingNode()) {
        throw new InputException(source + " is empty: expected a JSON object");
      }
      return finite(tree, source, "$");
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : "line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr()
                  + ": ";
      String problem = e.getOriginalMessage().lines().findFirst().orElse("no JSON");
      problem = LIBRARY_ADVICE.matcher(problem).replaceAll("");
      throw new InputException(source + " is no JSON: " + place + problem, e);
    }
  }

  /** Numbers beyond the range of a double would otherwise turn into infinity unnoticed. */
  private static JsonNode finite(JsonNode node, String source, String path) {
    if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
      throw new InputException(source + ": the number at " + path + " is too large");
    }
    if (node.isObject()) {
      node.properties()
          .forEach(entry -> finite(entry.getValue(), source, path + "." + entry.getKey()));
    }
    for (int index = 0; node.isArray() && index < node.size(); index++) {
      finite(node.get(index), source, path + "[" + index + "]");
    }
    return node;
  }

  /** A deep copy of plain Java values as a tree. */
  static JsonNode of(@Nullable Object value, String path, int depth) {
    if (depth > DEEPEST) {
      throw new InputException(
          "The configuration is nested deeper than " + DEEPEST + " levels at " + path);
    }
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (value == null) {
      return nodes.nullNode();
    } else if (value instanceof Map<?, ?> map) {
      ObjectNode object = nodes.objectNode();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (!(entry.getKey() instanceof String key)) {
          throw new InputException("At " + path + ": a key must be text; found " + entry.getKey());
        }
        object.set(key, of(entry.getValue(), path + "." + key, depth + 1));
      }
      return object;
    } else if (value instanceof List<?> list) {
      ArrayNode array = nodes.arrayNode(list.size());
      for (int index = 0; index < list.size(); index++) {
        array.add(of(list.get(index), path + "[" + index + "]", depth + 1));
      }
      return array;
    } else if (value instanceof String text) {
      return nodes.textNode(text);
    } else if (value instanceof Boolean truth) {
      return nodes.booleanNode(truth);
    } else if (value instanceof Integer || value instanceof Long) {
      return nodes.numberNode(((Number) value).longValue());
    } else if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return nodes.numberNode(number.doubleValue());
    }
    throw new InputException(
        "At "
            + path
            + ": a value must be a map, list, text, finite number or truth; found "
            + value);
  }

  /** The plain Java values of a tree, a copy. */
  static @Nullable Object toJava(JsonNode node) {
    if (node.isObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      node.properties().forEach(entry -> map.put(entry.getKey(), toJava(entry.getValue())));
      return map;
    } else if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      node.forEach(element -> list.add(toJava(element)));
      return list;
    } else if (node.isTextual()) {
      return node.textValue();
    } else if (node.isNumber()) {
      return node.numberValue();
    } else if (node.isBoolean()) {
      return node.booleanValue();
    }
    return null;
  }
}
