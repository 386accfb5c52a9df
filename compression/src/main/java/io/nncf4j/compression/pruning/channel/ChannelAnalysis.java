package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which channels of a model can only be removed together, and why others cannot be removed.
 *
 * <p>Every index of every dimension of every tensor is a coordinate. The rule of each operator says
 * which coordinates of its inputs and outputs are the same channel; joining these gives sets. A set
 * can be removed when no rule blocks it and no input or output of the model holds it. See decision
 * 0020.
 *
 * <p>The places of groups are those of {@link #model}, the model in normal form: constants and
 * shapes folded, types recorded, batch normalization kept.
 */
public final class ChannelAnalysis {
  private final Model model;
  private final ChannelSpace space = new ChannelSpace();
  private final LayerRoles roles = new LayerRoles();
  private final Set<String> fixed = new HashSet<>();
  private final List<ChannelGroup> groups;
  private final List<Finding> findings;

  private ChannelAnalysis(Model model) {
    this.model = model;
    Graph graph = model.graph();
    register(graph);
    blockEnds(graph);
    relate(graph);
    shareWeights();
    this.groups = new GroupCollector(space, roles.layers()).groups();
    this.findings = new ObstacleFindings(graph, space).of(roles.layers());
  }

  /** Analyses a model; it may be in any form. */
  public static ChannelAnalysis of(Model model) {
    return new ChannelAnalysis(Normalization.forTraining().apply(model).model());
  }

  /** Analyses a model as it is, such as one with nodes of training in it; its types are known. */
  public static ChannelAnalysis ofNormalized(Model model) {
    return new ChannelAnalysis(model);
  }

  private void register(Graph graph) {
    for (Value input : graph.inputs()) {
      register(graph, Place.ofValue(input.name()));
    }
    for (Node node : graph.nodes()) {
      boolean onlyConstants = node.attributes().graphs().isEmpty();
      for (int index = 0; index < node.inputs().size(); index++) {
        if (!node.hasInput(index)) {
          continue;
        }
        Place place = Places.input(graph, node, index);
        if (place.isConstant()) {
          register(graph, place);
        } else {
          onlyConstants &= fixed.contains(node.input(index));
        }
      }
      for (String output : node.outputs()) {
        if (!output.isEmpty()) {
          register(graph, Place.ofValue(output));
          if (onlyConstants) {
            fixed.add(output);
          }
        }
      }
    }
  }

  private void register(Graph graph, Place place) {
    long @Nullable [] lengths = Places.lengths(graph, place.value());
    if (lengths != null) {
      space.register(place, lengths);
    }
  }

  private void blockEnds(Graph graph) {
    int given = space.obstacle("", "are given to the model as an input");
    graph.inputs().forEach(input -> block(Place.ofValue(input.name()), given));
    int handedBack = space.obstacle("", "are handed back by the model as an output");
    graph.outputs().forEach(output -> block(Place.ofValue(output.name()), handedBack));
  }

  private void block(Place place, int obstacle) {
    if (!space.has(place)) {
      return;
    }
    for (int dimension = 0; dimension < space.rank(place); dimension++) {
      for (long index = 0;
          space.isTracked(place, dimension) && index < space.length(place, dimension);
          index++) {
        space.block(space.coordinate(place, dimension, index), obstacle);
      }
    }
  }

  private void relate(Graph graph) {
    List<NodeLinks> late = new ArrayList<>();
    for (Node node : graph.nodes()) {
      NodeLinks links = new NodeLinks(node, graph, space, roles, fixed);
      if (isKnown(graph, node) && ChannelRules.of(node).hasChoice(links)) {
        late.add(links);
      } else {
        relate(graph, links);
      }
    }
    late.forEach(links -> relate(graph, links));
  }

  private boolean isKnown(Graph graph, Node node) {
    for (int index = 0; index < node.inputs().size(); index++) {
      if (node.hasInput(index) && !space.has(Places.input(graph, node, index))) {
        return false;
      }
    }
    return node.outputs().stream()
        .allMatch(output -> output.isEmpty() || space.has(Place.ofValue(output)));
  }

  private void relate(Graph graph, NodeLinks links) {
    ChannelRule rule = ChannelRules.of(links.node());
    boolean known = isKnown(graph, links.node());
    if (known) {
      rule.relate(links);
    }
    links.blockTheRest(known ? rule.obstacle() : "works on unknown shapes and needs all of");
  }

  /** A weight that several layers read stays one weight. */
  private void shareWeights() {
    Map<String, Place> first = new HashMap<>();
    for (PrunableLayer layer : roles.layers()) {
      Place weight = layer.weight();
      Place other = first.putIfAbsent(weight.value(), weight);
      if (other == null || other.equals(weight)) {
        continue;
      }
      for (int dimension = 0; dimension < space.rank(weight); dimension++) {
        for (long index = 0;
            space.isTracked(weight, dimension) && index < space.length(weight, dimension);
            index++) {
          space.join(
              space.coordinate(weight, dimension, index),
              space.coordinate(other, dimension, index));
        }
      }
    }
  }

  /** The model in normal form, to which all places belong. */
  public Model model() {
    return model;
  }

  /** Groups in the order of their first layers. */
  public List<ChannelGroup> groups() {
    return groups;
  }

  /** All layers with a weight, in graph order. */
  public List<PrunableLayer> layers() {
    return roles.layers();
  }

  /** Why channels of layers cannot be removed, with the chain of nodes from layer to obstacle. */
  public List<Finding> findings() {
    return findings;
  }

  /** The constant tensor at a place, null when it is computed. */
  public @Nullable Tensor tensor(Place place) {
    return model.graph().constantValue(place.value());
  }

  ChannelSpace space() {
    return space;
  }
}
