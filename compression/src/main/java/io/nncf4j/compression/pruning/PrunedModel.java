package io.nncf4j.compression.pruning;

import io.nncf4j.compression.pruning.block.ResidualBlock;
import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import java.util.ArrayList;
import java.util.List;

/**
 * What pruning made.
 *
 * @param model the smaller model
 * @param whole the model before
 * @param blocks the residual branches that went first
 * @param analysis the groups of what was left then
 * @param removed the units of those that went
 * @param costs arithmetic and weights of what was left without the blocks
 * @param samples samples that the rest was fitted with
 * @param findings what went, why layers were kept, and what could not be done
 */
public record PrunedModel(
    Model model,
    MeasuredModel whole,
    List<ResidualBlock> blocks,
    ChannelAnalysis analysis,
    List<ChannelUnit> removed,
    LayerCosts costs,
    int samples,
    List<Finding> findings) {
  public PrunedModel {
    blocks = List.copyOf(blocks);
    removed = List.copyOf(removed);
    findings = List.copyOf(findings);
  }

  PrunedModel withModel(Model other) {
    return new PrunedModel(other, whole, blocks, analysis, removed, costs, samples, findings);
  }

  PrunedModel withFinding(Finding finding) {
    List<Finding> more = new ArrayList<>(findings);
    more.add(finding);
    return new PrunedModel(model, whole, blocks, analysis, removed, costs, samples, more);
  }

  /** Arithmetic and weights before. */
  public LayerCosts.Tally before() {
    return whole.costs().tally();
  }

  /** Arithmetic and weights now. */
  public LayerCosts.Tally after() {
    return costs.without(removed);
  }
}
