package io.nncf4j.formats.tensorflow.flat;

import java.util.List;
import java.util.Map;

/**
 * Numbers of outputs that functions refer to by name. Operators that are not listed have one output
 * or one list of outputs.
 */
final class OutputNames {
  private static final List<String> NORMALIZED =
      List.of(
          "y",
          "batch_mean",
          "batch_variance",
          "reserve_space_1",
          "reserve_space_2",
          "reserve_space_3");

  private static final Map<String, List<String>> NAMES =
      Map.ofEntries(
          Map.entry("FusedBatchNorm", NORMALIZED),
          Map.entry("FusedBatchNormV2", NORMALIZED),
          Map.entry("FusedBatchNormV3", NORMALIZED),
          Map.entry("TopK", List.of("values", "indices")),
          Map.entry("TopKV2", List.of("values", "indices")),
          Map.entry("Switch", List.of("output_false", "output_true")),
          Map.entry("Merge", List.of("output", "value_index")),
          Map.entry("Unique", List.of("y", "idx")),
          Map.entry("MaxPoolWithArgmax", List.of("output", "argmax")),
          Map.entry("NonMaxSuppressionV4", List.of("selected_indices", "valid_outputs")),
          Map.entry(
              "NonMaxSuppressionV5",
              List.of("selected_indices", "selected_scores", "valid_outputs")));

  private OutputNames() {}

  static int number(String operator, String name, int index) {
    int at = NAMES.getOrDefault(operator, List.of()).indexOf(name);
    return Math.max(at, 0) + index;
  }
}
