package io.nncf4j.compression.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Keys of the schema that are taken, because files of elsewhere hold them, and say nothing here.
 */
final class KeysWithoutEffect {
  private static final String SCHEDULED = "a pattern is there from the first step on";
  private static final String NO_TRACES = "curvature is measured anew";

  /** Paths by algorithm, each with the reason. */
  private static final Map<String, Map<String, String>> ALWAYS =
      Map.of(
          "quantization",
          Map.of(
              "activations.unified_scale_ops",
              "inputs of operators that join values always have one scale",
              "initializer.precision.traces_per_layer_path",
              NO_TRACES,
              "initializer.precision.dump_init_precision_data",
              NO_TRACES,
              "initializer.precision.warmup_iter_number",
              "it belongs to autoq, which is not supported",
              "initializer.precision.eval_subset_ratio",
              "it belongs to autoq, which is not supported",
              "export_to_onnx_standard_ops",
              "files always hold ONNX's own operators"),
          "binarization",
          Map.of(
              "initializer",
              "scales start at the first step with one bit, and batch-norm follows in training"));

  private static final String NOT_LEARNED = "interlayer_ranking_type is not learned_ranking";

  private static final Map<String, String> FOR_OTHER_RANKINGS =
      Map.of(
          "params.legr_params", NOT_LEARNED,
          "params.save_ranking_coeffs_path", NOT_LEARNED,
          "params.load_ranking_coeffs_path", NOT_LEARNED);

  private static final Map<String, String> FOR_LOADED_RANKINGS =
      Map.of("params.legr_params", "the ranking is loaded and not searched");

  private static final Map<String, String> FOR_PATTERNS =
      Map.of(
          "sparsity_init",
          SCHEDULED,
          "params.sparsity_target",
          SCHEDULED,
          "params.schedule",
          SCHEDULED);

  private static final Map<String, String> FOR_MANUAL_WIDTHS =
      Map.of(
          "initializer.precision.bits", "widths are given by hand",
          "initializer.precision.compression_ratio", "widths are given by hand",
          "initializer.precision.num_data_points", "widths are given by hand");

  private KeysWithoutEffect() {}

  /** One sentence for each that is there. */
  static List<String> of(JsonNode document, List<JsonNode> algorithms) {
    List<String> found = new ArrayList<>();
    if (document.has("disable_shape_matching")) {
      found.add(sentence("disable_shape_matching", "shapes are inferred"));
    }
    for (JsonNode section : algorithms) {
      String name = section.path("algorithm").asText().replace("experimental_", "");
      add(found, section, ALWAYS.getOrDefault(name, Map.of()));
      if (section.path("params").path("sparsity_level_setting_mode").asText().contains(":")) {
        add(found, section, FOR_PATTERNS);
      }
      JsonNode params = section.path("params");
      if (!params.path("interlayer_ranking_type").asText().equals("learned_ranking")) {
        add(found, section, FOR_OTHER_RANKINGS);
      } else if (params.has("load_ranking_coeffs_path")) {
        add(found, section, FOR_LOADED_RANKINGS);
      }
      JsonNode precision = section.path("initializer").path("precision");
      if (precision.isObject() && precision.path("type").asText("manual").equals("manual")) {
        add(found, section, FOR_MANUAL_WIDTHS);
      }
    }
    return found;
  }

  private static void add(List<String> found, JsonNode section, Map<String, String> paths) {
    paths.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(entry -> !section.at("/" + entry.getKey().replace('.', '/')).isMissingNode())
        .forEach(entry -> found.add(sentence(entry.getKey(), entry.getValue())));
  }

  private static String sentence(String path, String reason) {
    return "the key \"" + path + "\" says nothing here: " + reason;
  }
}
