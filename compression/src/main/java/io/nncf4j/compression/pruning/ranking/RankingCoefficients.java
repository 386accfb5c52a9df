package io.nncf4j.compression.pruning.ranking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nncf4j.compression.config.JsonInput;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * For each group of channels how its importance is shifted against that of others:
 *
 * <pre>
 *   rank of a unit = scale · importance + shift
 * </pre>
 *
 * @param byGroup by the key of the group, see {@link #keys}
 */
public record RankingCoefficients(Map<String, Affine> byGroup) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Factor and summand. */
  public record Affine(double scale, double shift) {
    /** Changes nothing. */
    public static final Affine IDENTITY = new Affine(1, 0);
  }

  public RankingCoefficients {
    byGroup = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(byGroup));
  }

  /**
   * Names of groups: those of their layers with {@code ;} between them, and a number where several
   * groups are of the same layers.
   */
  public static List<String> keys(List<ChannelGroup> groups) {
    List<String> keys = new ArrayList<>();
    for (ChannelGroup group : groups) {
      String name = String.join(";", group.layerNames());
      String key = name;
      for (int number = 2; keys.contains(key); number++) {
        key = name + "#" + number;
      }
      keys.add(key);
    }
    return keys;
  }

  /** Importance as it is. */
  public static RankingCoefficients identity(List<String> keys) {
    Map<String, Affine> all = new LinkedHashMap<>();
    keys.forEach(key -> all.put(key, Affine.IDENTITY));
    return new RankingCoefficients(all);
  }

  /**
   * Importance with the coefficients applied, for the units of these groups.
   *
   * @param groups those that the coefficients are of
   */
  public Map<ChannelUnit, Double> rank(
      List<ChannelGroup> groups, Map<ChannelUnit, Double> importance) {
    List<String> keys = keys(groups);
    Map<ChannelUnit, Double> ranks = new LinkedHashMap<>();
    for (int index = 0; index < groups.size(); index++) {
      Affine affine = Objects.requireNonNull(byGroup.get(keys.get(index)));
      for (ChannelUnit unit : groups.get(index).units()) {
        double value = importance.getOrDefault(unit, 0.0);
        ranks.put(unit, affine.scale * value + affine.shift);
      }
    }
    return ranks;
  }

  /** An object with a pair of numbers for each group: scale and shift. */
  public String toJson() {
    ObjectNode object = MAPPER.createObjectNode();
    byGroup.forEach((key, affine) -> object.putArray(key).add(affine.scale).add(affine.shift));
    return text(object);
  }

  /**
   * Likewise, with the units of each group behind its pair, by which another model is told from
   * this one.
   *
   * @param groups those that the coefficients are of
   */
  public String toJson(List<ChannelGroup> groups) {
    List<String> keys = keys(groups);
    ObjectNode object = MAPPER.createObjectNode();
    byGroup.forEach(
        (key, affine) ->
            object
                .putArray(key)
                .add(affine.scale)
                .add(affine.shift)
                .add(groups.get(keys.indexOf(key)).units().size()));
    return text(object);
  }

  private static String text(ObjectNode object) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(object) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Numbers can always be written", e);
    }
  }

  /**
   * Reads what {@link #toJson(List)} wrote; the number of units may be left out.
   *
   * @param source named in messages
   * @param groups the groups that must be there, and no others
   * @throws InputException when the text is something else
   */
  public static RankingCoefficients ofGroups(
      String text, String source, List<ChannelGroup> groups) {
    List<String> keys = keys(groups);
    RankingCoefficients read = fromJson(text, source, keys);
    JsonNode root = JsonInput.parse(text, source);
    for (int index = 0; index < keys.size(); index++) {
      JsonNode units = root.path(keys.get(index)).path(2);
      int expected = groups.get(index).units().size();
      if (!units.isMissingNode() && units.asInt(-1) != expected) {
        throw new InputException(
            source
                + " is of another model: the layers \""
                + keys.get(index)
                + "\" have "
                + units
                + " filters there and "
                + expected
                + " here");
      }
    }
    return read;
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @param source named in messages
   * @param keys the groups that must be there, and no others
   * @throws InputException when the text is something else
   */
  public static RankingCoefficients fromJson(String text, String source, List<String> keys) {
    JsonNode root = JsonInput.parse(text, source);
    Map<String, Affine> all = new LinkedHashMap<>();
    for (String key : keys) {
      JsonNode pair = root.path(key);
      if (pair.size() < 2
          || pair.size() > 3
          || !pair.path(0).isNumber()
          || !pair.path(1).isNumber()) {
        throw new InputException(
            source
                + " is not of this model or these scopes: expected for \""
                + key
                + "\" a list of two numbers, found "
                + (pair.isMissingNode() ? "nothing" : pair.toString()));
      }
      all.put(key, new Affine(pair.get(0).doubleValue(), pair.get(1).doubleValue()));
    }
    if (root.size() != keys.size()) {
      List<String> others = new ArrayList<>();
      root.fieldNames().forEachRemaining(others::add);
      others.removeAll(keys);
      throw new InputException(
          source + " is not of this model or these scopes: it has coefficients for " + others);
    }
    return new RankingCoefficients(all);
  }
}
