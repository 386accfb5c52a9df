package io.nncf4j.compression.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schema of configurations, composed of one file an algorithm.
 *
 * <p>It decides by the name of the algorithm (or mode) first, with {@code if} and {@code then}, so
 * that a section is only ever compared with the one schema that it is meant for.
 */
final class ConfigSchema {
  /** Algorithms that can stand in {@code compression}; each has a file of its name. */
  static final List<String> ALGORITHMS =
      List.of(
          "quantization",
          "experimental_quantization",
          "magnitude_sparsity",
          "rb_sparsity",
          "const_sparsity",
          "filter_pruning",
          "knowledge_distillation",
          "binarization",
          "movement_sparsity");

  private static final List<String> OTHER_PARTS =
      List.of("bootstrap_nas", "early_exit", "adaptive_compression_level");
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final ConfigSchema INSTANCE = new ConfigSchema();

  private final ObjectNode document;
  private final Schema schema;

  private ConfigSchema() {
    document = part("nncf");
    ObjectNode definitions = document.withObject("/definitions");
    definitions.setAll(part("shared"));
    ALGORITHMS.forEach(name -> definitions.set(name, part(name)));
    OTHER_PARTS.forEach(name -> definitions.set(name, part(name)));
    schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(document);
  }

  static ConfigSchema get() {
    return INSTANCE;
  }

  /** The whole schema as text. */
  String text() {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A schema can always be written", e);
    }
  }

  /**
   * Keys at the top of a configuration that the schema does not know, but that look like one that
   * it does: the key, and what was likely meant.
   */
  Map<String, String> misspelt(JsonNode config) {
    List<String> known = topLevelKeys();
    Map<String, String> found = new LinkedHashMap<>();
    for (Iterator<String> keys = config.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (!known.contains(key)) {
        EditDistance.nearest(key, known).ifPresent(near -> found.put(key, near));
      }
    }
    return found;
  }

  /** The keys that the schema knows at the top. */
  List<String> topLevelKeys() {
    List<String> known = new ArrayList<>();
    document.path("properties").fieldNames().forEachRemaining(known::add);
    return known;
  }

  /** All that is wrong with a configuration, in the order of the document. */
  List<ConfigProblem> validate(JsonNode config) {
    return new SchemaErrors(document, config).translate(schema.validate(config));
  }

  private static ObjectNode part(String name) {
    String file = name + ".json";
    try (InputStream in = ConfigSchema.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("The schema file " + file + " is not in the jar");
      }
      return (ObjectNode) MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
