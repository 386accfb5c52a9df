package io.nncf4j.compression.training.pruning;

import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The groups of channels that a configuration lets go: a group stays when one of its layers must.
 *
 * @param groups what may be pruned, at least one
 * @param findings why the others stay
 */
record PrunableGroups(List<ChannelGroup> groups, List<Finding> findings) {
  private static final int MOST_REASONS = 3;

  PrunableGroups {
    groups = List.copyOf(groups);
    findings = List.copyOf(findings);
  }

  /**
   * Chooses among the groups of an analysis.
   *
   * @param first whether the first layers behind the inputs may go
   * @param downsampling whether convolutions with strides may go
   * @throws InputException when no group is left; the message gives the first reason
   */
  static PrunableGroups of(
      ChannelAnalysis analysis, ScopeFilter scopes, boolean first, boolean downsampling) {
    Graph graph = analysis.model().graph();
    Set<String> firstLayers = first ? Set.of() : firstLayers(analysis);
    List<ChannelGroup> groups = new ArrayList<>();
    List<Finding> findings = new ArrayList<>(analysis.findings());
    List<String> reasons = new ArrayList<>();
    for (ChannelGroup group : analysis.groups()) {
      String reason = null;
      for (PrunableLayer layer : group.layers()) {
        if (reason != null) {
          break;
        }
        if (!scopes.considers(layer.node())) {
          reason = "\"" + layer.node() + "\" is left out by " + named(scopes);
        } else if (firstLayers.contains(layer.node())) {
          reason = "\"" + layer.node() + "\" is a first layer; see prune_first_conv";
        } else if (!downsampling && downsamples(graph, layer)) {
          reason = "\"" + layer.node() + "\" has strides; see prune_downsample_convs";
        } else if (graph.constant(layer.weight().value()) == null) {
          reason = "the weight of \"" + layer.node() + "\" is computed, so it takes no mask";
        }
      }
      if (reason == null && group.units().size() > 1) {
        groups.add(group);
      } else if (reason != null) {
        reasons.add(reason);
        findings.add(
            Finding.information(
                "not-pruned",
                "these layers keep all filters: " + reason,
                group.layerNames().toArray(String[]::new)));
      }
    }
    if (groups.isEmpty()) {
      throw new InputException(
          "filter_pruning: no filter of this model can be removed. "
              + (scopes.hasNoTarget()
                  ? "target_scopes is an empty list, which names no layer; leave it out for all. "
                  : "")
              + why(reasons, findings));
    }
    return new PrunableGroups(groups, findings);
  }

  /** The configuration before the model: it is what can be changed. */
  private static String why(List<String> reasons, List<Finding> findings) {
    if (!reasons.isEmpty()) {
      return "Of the layers that could lose filters, "
          + reasons.stream().limit(MOST_REASONS).collect(Collectors.joining("; "))
          + (reasons.size() > MOST_REASONS
              ? "; and so on for " + (reasons.size() - MOST_REASONS) + " more groups"
              : "");
    }
    return findings.stream()
        .findFirst()
        .map(finding -> "First reason: " + finding.message() + " " + finding.nodes())
        .orElse("It has no layer with a weight.");
  }

  private static String named(ScopeFilter scopes) {
    List<String> keys = new ArrayList<>();
    List<String> targets = scopes.targets();
    if (targets != null) {
      keys.add("target_scopes " + targets);
    }
    if (!scopes.ignored().isEmpty()) {
      keys.add("ignored_scopes " + scopes.ignored());
    }
    return String.join(" and ", keys);
  }

  private static boolean downsamples(Graph graph, PrunableLayer layer) {
    Node node = graph.node(layer.node());
    if (node == null || layer.kind() != PrunableLayer.Kind.CONVOLUTION) {
      return false;
    }
    for (long stride : node.intsAttribute("strides", new long[0])) {
      if (stride != 1) {
        return true;
      }
    }
    return false;
  }

  /** Layers that an input reaches without passing another layer. */
  private static Set<String> firstLayers(ChannelAnalysis analysis) {
    Graph graph = analysis.model().graph();
    Set<String> layers = new HashSet<>();
    analysis.layers().forEach(layer -> layers.add(layer.node()));
    Set<String> first = new HashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<String> values = new ArrayDeque<>();
    graph.inputs().stream().map(Value::name).forEach(values::add);
    while (!values.isEmpty()) {
      for (Graph.Use use : graph.uses(values.remove())) {
        Node node = use.node();
        if (layers.contains(node.name())) {
          first.add(node.name());
        } else if (seen.add(node.name())) {
          values.addAll(node.outputs());
        }
      }
    }
    return first;
  }
}
