package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.core.InputException;
import java.util.List;
import java.util.Locale;

/**
 * What one importance score of a linear layer stands for.
 *
 * @param mode a weight, a block of weights, or a whole row or column
 * @param outputs outputs of a block
 * @param inputs inputs of a block
 * @param axis for {@code per_dim}: 0 for a score an output, 1 for one an input
 * @param scopes the layers that this is for
 * @param path of the section that says so
 */
record MovementStructure(
    Mode mode, long outputs, long inputs, int axis, List<String> scopes, String path) {
  /** As in the configuration. */
  enum Mode {
    FINE,
    BLOCK,
    PER_DIM
  }

  /** A score for each weight. */
  static final MovementStructure SINGLE = new MovementStructure(Mode.FINE, 1, 1, 0, List.of(), "");

  MovementStructure {
    scopes = List.copyOf(scopes);
  }

  static MovementStructure of(ConfigSection section) {
    Mode mode = Mode.valueOf(section.text("mode", "fine").toUpperCase(Locale.ROOT));
    long[] block = {1, 1};
    if (mode == Mode.BLOCK) {
      List<Double> factors = section.numbers("sparse_factors");
      if (factors.size() != 2
          || factors.stream().anyMatch(each -> each < 1 || each != Math.rint(each))) {
        section.refuse(
            "sparse_factors",
            "found "
                + factors
                + "; allowed for the mode block: two whole numbers of 1 or more, the outputs and"
                + " the inputs of a block");
      } else {
        block = new long[] {factors.get(0).longValue(), factors.get(1).longValue()};
      }
    }
    refuseOutside(section, "sparse_factors", mode, Mode.BLOCK);
    refuseOutside(section, "axis", mode, Mode.PER_DIM);
    Integer axis = section.integer("axis", 0, 1).orElse(null);
    if (mode == Mode.PER_DIM && axis == null && !section.has("axis")) {
      section.refuse(
          "axis", "found nothing; allowed for the mode per_dim: 0 (outputs) or 1 (inputs)");
    }
    ScopeFilter.requireExpressions(section);
    List<String> scopes = section.texts("target_scopes").orElse(List.of());
    if (scopes.isEmpty()) {
      section.refuse(
          "target_scopes",
          "names no layer, so that the section says nothing; expected names of linear layers, or no"
              + " section");
    }
    return new MovementStructure(
        mode, block[0], block[1], axis == null ? 0 : axis, scopes, section.path());
  }

  private static void refuseOutside(ConfigSection section, String key, Mode mode, Mode owner) {
    if (mode != owner && section.has(key)) {
      section.refuse(
          key,
          "is for the mode "
              + owner.name().toLowerCase(Locale.ROOT)
              + ", found "
              + mode.name().toLowerCase(Locale.ROOT)
              + "; leave it out");
    }
  }

  boolean isFor(String layer) {
    return scopes.stream().anyMatch(scope -> ScopeFilter.matches(scope, layer));
  }

  /**
   * Outputs and inputs that a score stands for.
   *
   * @throws InputException when the layer cannot be cut into whole blocks
   */
  long[] factors(String layer, long layerOutputs, long layerInputs) {
    if (mode == Mode.PER_DIM) {
      return axis == 0 ? new long[] {1, layerInputs} : new long[] {layerOutputs, 1};
    }
    if (layerOutputs % outputs != 0 || layerInputs % inputs != 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s.sparse_factors (movement_sparsity): found [%d, %d], and \"%s\" has %d outputs and"
                  + " %d inputs, which cannot be cut into such blocks; expected divisors of them",
              path,
              outputs,
              inputs,
              layer,
              layerOutputs,
              layerInputs));
    }
    return new long[] {outputs, inputs};
  }
}
