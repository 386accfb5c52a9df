package io.nncf4j.cli.train;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.quantization.QuantizationController;
import io.nncf4j.compression.training.quantization.TrainedQuantizer;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Layers whose weights stay as they are: the key {@code frozen_layers}, scopes that are matched
 * against names of nodes and of weights. Running statistics of batch-norm go on.
 *
 * @param nodes names of the nodes
 * @param parameters names of their weights
 */
record FrozenLayers(Set<String> nodes, Set<String> parameters) {
  private static final String KEY = "frozen_layers";
  private static final int BYTE_BITS = 8;
  private static final int FIRST_STATISTIC = 3;

  /**
   * @throws InputException when a scope matches nothing
   */
  static FrozenLayers of(ConfigSection root, Graph graph) {
    List<String> scopes = root.texts(KEY).orElse(List.of());
    Set<String> names = new LinkedHashSet<>();
    Set<String> nodes = new LinkedHashSet<>();
    Set<String> parameters = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      names.add(node.name());
      boolean isWhole = matches(scopes, node.name());
      for (int index = 1; index < node.inputs().size(); index++) {
        String input = node.input(index);
        boolean isStatistic = node.is("BatchNormalization") && index >= FIRST_STATISTIC;
        if (graph.constant(input) == null || isStatistic) {
          continue;
        }
        names.add(input);
        if (isWhole || matches(scopes, input)) {
          nodes.add(node.name());
          parameters.add(input);
        }
      }
    }
    List<String> lost = ScopeFilter.unmatched(scopes, names);
    if (!lost.isEmpty()) {
      throw new InputException(
          KEY
              + " names what the model does not have: "
              + lost
              + "; `nncf inspect` lists the nodes");
    }
    return new FrozenLayers(nodes, parameters);
  }

  private static boolean matches(List<String> scopes, String name) {
    return scopes.stream().anyMatch(scope -> ScopeFilter.matches(scope, name));
  }

  /**
   * Weights of fewer than 8 bits must be trained to be of use.
   *
   * @throws InputException when one of them is frozen
   */
  void requireBytes(CompressionController controller) {
    List<String> narrow = new ArrayList<>();
    controller
        .part(QuantizationController.class)
        .ifPresent(
            part -> {
              for (TrainedQuantizer quantizer : part.quantizers()) {
                boolean isNarrow = quantizer.placement().quantizer().bits() < BYTE_BITS;
                if (quantizer.isWeight() && isNarrow && nodes.contains(quantizer.layer())) {
                  narrow.add(quantizer.layer());
                }
              }
            });
    if (!narrow.isEmpty()) {
      throw new InputException(
          "Layers with weights of fewer than 8 bits cannot be frozen, they have to adapt: "
              + narrow
              + "; take them out of "
              + KEY);
    }
  }
}
