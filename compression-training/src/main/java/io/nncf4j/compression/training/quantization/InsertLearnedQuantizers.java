package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.training.masks.RoundBiases;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Puts the quantizers of a plan into a graph that is going to be trained. The plan was made for the
 * graph with batch-norm folded; layers and values have the same names there.
 *
 * <pre>
 *   x -- Conv(W) -- BatchNormalization -- Relu -- y
 *
 *   x -- Q -- Conv(Q(W)) -- BatchNormalization -- Relu -- y -- Q
 * </pre>
 *
 * <p>Biases are rounded as the exported model's will be, see {@link RoundBiases}.
 */
final class InsertLearnedQuantizers {
  private final Graph graph;
  private final GraphEditor editor;
  private final Function<QuantizerPlacement, StartingRange> ranges;
  private final List<TrainedQuantizer> quantizers = new ArrayList<>();
  private final Map<Integer, Node> groups = new HashMap<>();
  private final Map<String, String> quantizedWeights = new HashMap<>();

  private InsertLearnedQuantizers(Graph graph, Function<QuantizerPlacement, StartingRange> ranges) {
    this.graph = graph;
    this.ranges = ranges;
    editor = new GraphEditor(graph);
  }

  /** A graph with quantizers, and the list of them in the order of the plan. */
  record Result(Model model, List<TrainedQuantizer> quantizers) {}

  /**
   * Inserts all quantizers.
   *
   * @param ranges codes and first range of each placement
   */
  static Result apply(
      Model model, QuantizationPlan plan, Function<QuantizerPlacement, StartingRange> ranges) {
    InsertLearnedQuantizers insert = new InsertLearnedQuantizers(model.graph(), ranges);
    plan.activations().forEach(insert::activation);
    plan.weights().forEach(insert::weight);
    Model compressed =
        model
            .withGraph(insert.editor.build())
            .withOpset(OperatorType.NNCF_DOMAIN, FakeQuantize.DOMAIN_VERSION);
    return new Result(RoundBiases.apply(compressed), insert.quantizers);
  }

  private void activation(ActivationPlacement placement) {
    String value = placement.value();
    if (!graph.isDefined(value)) {
      throw new InputException(
          "The plan quantizes the value \""
              + value
              + "\", which the graph to be trained does not have. Make the plan for this model");
    }
    String target = editor.freshName(value + ".quantized");
    if (placement.uses().isEmpty()) {
      editor.readers(value).forEach(reader -> editor.redirect(reader, value, target));
    } else {
      for (ActivationPlacement.InputUse use : placement.uses()) {
        editor.redirect(use.node(), use.input(), target);
      }
    }
    add(placement, value, target, placement.channelAxis());
    editor.type(target, graph.tensorType(value));
  }

  private void weight(WeightPlacement placement) {
    String value = weightOf(graph, placement);
    Tensor weight = weight(graph, placement);
    String known = quantizedWeights.get(value);
    if (known == null) {
      known = editor.freshName(value + ".quantized");
      quantizedWeights.put(value, known);
      add(placement, value, known, Math.floorMod(placement.channelAxis(), weight.rank()));
      editor.type(known, graph.tensorType(value));
    }
    editor.redirect(placement.node(), placement.input(), known);
  }

  /** Name of the constant that the placement's layer reads as its weight in this graph. */
  static String weightOf(Graph graph, WeightPlacement placement) {
    Node node = graph.node(placement.node());
    if (node == null || !node.hasInput(placement.input())) {
      throw new InputException(
          "The plan quantizes a weight of node \""
              + placement.node()
              + "\", which this graph does not have. Make the plan for this model");
    }
    return node.input(placement.input());
  }

  static Tensor weight(Graph graph, WeightPlacement placement) {
    Tensor weight = graph.constant(weightOf(graph, placement));
    if (weight == null) {
      throw new InputException(
          "The weight of node \""
              + placement.node()
              + "\" is computed, so it cannot be quantized while training. Put the node into the"
              + " ignored scope");
    }
    return weight;
  }

  private void add(QuantizerPlacement placement, String value, String target, int axis) {
    StartingRange start = ranges.apply(placement);
    Shape shape = graph.tensorType(value).shape();
    Tensor constant = graph.constant(value);
    int rank = constant != null ? constant.rank() : shape == null ? 4 : shape.rank();
    Node node =
        start
            .range()
            .addTo(editor, value + ".quantizer", value, target, start.quantizer(axis), rank);
    int group = placement.unifiedGroup();
    if (group != QuantizerPlacement.NO_GROUP) {
      Node first = groups.putIfAbsent(group, node);
      if (first != null) {
        node = shareRange(node, first);
      }
    }
    quantizers.add(
        new TrainedQuantizer(
            node.name(),
            node.input(1),
            node.input(2),
            start.high().length,
            placement,
            start.range()));
  }

  private Node shareRange(Node node, Node first) {
    Node shared =
        node.withInputs(
            List.of(node.input(0), first.input(1), first.input(2), first.input(1), first.input(2)));
    editor.replace(shared);
    editor.removeConstant(node.input(1));
    editor.removeConstant(node.input(2));
    return shared;
  }
}
