package io.nncf4j.compression.pruning;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import java.util.List;

/**
 * What pruning made.
 *
 * @param model the smaller model
 * @param analysis the groups of the model before
 * @param removed the units that went
 * @param costs arithmetic and weights before; {@link LayerCosts#without} gives those after
 * @param samples samples that the rest was fitted with
 * @param findings why layers were kept, and what could not be done
 */
public record PrunedModel(
    Model model,
    ChannelAnalysis analysis,
    List<ChannelUnit> removed,
    LayerCosts costs,
    int samples,
    List<Finding> findings) {
  public PrunedModel {
    removed = List.copyOf(removed);
    findings = List.copyOf(findings);
  }
}
