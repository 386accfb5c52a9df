package io.nncf4j.learning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Which keys differ between the configuration of a checkpoint and the one given now. */
public final class ConfigurationDifferences {
  private static final JsonMapper MAPPER = new JsonMapper();

  private ConfigurationDifferences() {}

  /**
   * The differing keys, such as {@code compression.weights.bits: 8 then, 4 now}; empty when there
   * are none. Numbers that are written differently but equal do not differ.
   *
   * @param saved JSON text
   * @param current JSON text
   */
  public static List<String> between(String saved, String current) {
    List<String> differences = new ArrayList<>();
    try {
      compare("", MAPPER.readTree(saved), MAPPER.readTree(current), differences);
    } catch (JsonProcessingException e) {
      throw new InputException("A configuration is no JSON: " + e.getOriginalMessage(), e);
    }
    return differences;
  }

  private static void compare(String path, JsonNode saved, JsonNode now, List<String> found) {
    if (saved.isObject() && now.isObject()) {
      TreeSet<String> keys = new TreeSet<>();
      saved.fieldNames().forEachRemaining(keys::add);
      now.fieldNames().forEachRemaining(keys::add);
      for (String key : keys) {
        compare(path.isEmpty() ? key : path + "." + key, saved.path(key), now.path(key), found);
      }
    } else if (saved.isArray() && now.isArray() && saved.size() == now.size()) {
      for (int index = 0; index < saved.size(); index++) {
        compare(path + "[" + index + "]", saved.get(index), now.get(index), found);
      }
    } else if (saved.isNumber() && now.isNumber()
        ? saved.doubleValue() != now.doubleValue()
        : !saved.equals(now)) {
      found.add(
          (path.isEmpty() ? "$" : path) + ": " + text(saved) + " then, " + text(now) + " now");
    }
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "absent" : node.toString();
  }
}
