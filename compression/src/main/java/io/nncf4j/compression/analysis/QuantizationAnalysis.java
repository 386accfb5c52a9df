package io.nncf4j.compression.analysis;

import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.calibration.ValueRange;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.FloatNode;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.statistics.MinMax;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.record.GraphNodeRecord;
import io.nncf4j.core.record.LayerRecord;
import io.nncf4j.core.record.PlanRow;
import io.nncf4j.core.record.RangeRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells from a float model, its plan, and the Q/DQ model made of both what became of each layer.
 *
 * <p>A layer is a node that the plan gives a quantized weight, keeps in float, or quantizes the
 * output of; an activation function behind another layer belongs to that one. Nodes are found again
 * by their names.
 */
public final class QuantizationAnalysis {
  private static final String[] ACTIVATIONS = {"Relu", "Clip", "LeakyRelu", "PRelu", "HardSwish"};

  private final Graph before;
  private final QuantizedGraph after;
  private final QuantizationPlan plan;

  /**
   * @param before the float model that the plan was made for
   * @param after the model made of it, in Q/DQ form
   */
  public QuantizationAnalysis(Model before, Model after, QuantizationPlan plan) {
    this.before = before.graph();
    this.after = new QuantizedGraph(after.graph());
    this.plan = plan;
  }

  /**
   * For each layer in graph order, the value that shows its error.
   *
   * @param node the layer
   * @param floatValue name of its output in the float model
   * @param quantizedValue name of the same value in the quantized model, behind its quantizer
   */
  public record Output(String node, String floatValue, String quantizedValue) {}

  /** Where the error of each layer is to be looked for. */
  public List<Output> outputs() {
    List<Output> outputs = new ArrayList<>();
    for (Node layer : layerNodes()) {
      Node quantized = after.graph().node(layer.name());
      if (quantized != null) {
        outputs.add(new Output(layer.name(), layer.output(0), after.seen(quantized.output(0))));
      }
    }
    return outputs;
  }

  /**
   * The layers.
   *
   * @param sqnrDb signal to quantization noise by name of the node; may lack some
   */
  public List<LayerRecord> layers(Map<String, Double> sqnrDb) {
    Map<String, String> quantizers = new LinkedHashMap<>();
    for (WeightPlacement weight : plan.weights()) {
      quantizers.putIfAbsent(weight.node(), weight.quantizer().toString());
    }
    Set<String> floats = new LinkedHashSet<>();
    plan.floatNodes().stream().map(FloatNode::node).forEach(floats::add);
    List<LayerRecord> layers = new ArrayList<>();
    for (Node layer : layerNodes()) {
      String name = layer.name();
      Node quantized = after.graph().node(name);
      QuantizedGraph.Kept range = quantized == null ? null : rangeBehind(quantized);
      String quantizer = quantizers.getOrDefault(name, "activation only");
      layers.add(
          new LayerRecord(
              name,
              layer.type(),
              floats.contains(name) ? "float" : quantizer,
              range == null ? null : range.low(),
              range == null ? null : range.high(),
              sqnrDb.get(name),
              new QuantizedGraph(before).weightBytes(layer),
              quantized == null ? 0 : after.weightBytes(quantized)));
    }
    return layers;
  }

  /** True for an activation that disappears into the quantizer behind an integer node. */
  private boolean isFused(Node node) {
    Node producer = node.is(ACTIVATIONS) ? after.graph().producer(node.input(0)) : null;
    return producer != null
        && after.isInteger(producer)
        && after.graph().hasSingleUse(node.input(0))
        && after.kept(node.output(0)) != null;
  }

  private QuantizedGraph.@org.jspecify.annotations.Nullable Kept rangeBehind(Node node) {
    QuantizedGraph.Kept own = after.kept(node.output(0));
    if (own != null) {
      return own;
    }
    List<Node> readers = after.graph().consumers(node.output(0));
    return readers.size() == 1 && readers.get(0).is(ACTIVATIONS)
        ? after.kept(readers.get(0).output(0))
        : null;
  }

  private List<Node> layerNodes() {
    Set<String> names = new LinkedHashSet<>();
    plan.weights().forEach(weight -> names.add(weight.node()));
    plan.floatNodes().forEach(node -> names.add(node.node()));
    for (ActivationPlacement placement : plan.activations()) {
      Node producer = before.producer(placement.value());
      if (producer != null && producer.is(ACTIVATIONS)) {
        producer = before.producer(producer.input(0));
      }
      if (producer != null && !QuantizedGraph.isQuantizer(producer)) {
        names.add(producer.name());
      }
    }
    return before.nodes().stream().filter(node -> names.contains(node.name())).toList();
  }

  /**
   * The ranges of values that quantizers stand on, in graph order.
   *
   * @param observations what calibration saw of these values
   */
  public List<RangeRecord> ranges(Observations observations) {
    List<RangeRecord> ranges = new ArrayList<>();
    for (Node node : after.graph().nodes()) {
      QuantizedGraph.Kept kept = node.is("QuantizeLinear") ? after.kept(node) : null;
      if (kept != null) {
        String value = node.input(0);
        ValueRange seen = observations.range(value);
        MinMax extremes = seen == null ? null : seen.channels();
        ranges.add(
            new RangeRecord(
                value,
                kept.low(),
                kept.high(),
                extremes == null ? null : lowest(extremes),
                extremes == null ? null : highest(extremes),
                kept.channels()));
      }
    }
    return ranges;
  }

  private static double lowest(MinMax extremes) {
    double low = Double.POSITIVE_INFINITY;
    for (float channel : extremes.min()) {
      low = Math.min(low, channel);
    }
    return low;
  }

  private static double highest(MinMax extremes) {
    double high = Double.NEGATIVE_INFINITY;
    for (float channel : extremes.max()) {
      high = Math.max(high, channel);
    }
    return high;
  }

  /** The plan, line by line. */
  public List<PlanRow> planRows() {
    List<PlanRow> rows = new ArrayList<>();
    for (ActivationPlacement each : plan.activations()) {
      String uses = each.uses().isEmpty() ? "" : " for " + each.uses();
      rows.add(
          new PlanRow(
              "activation", each.value() + uses, each.quantizer().toString(), each.unifiedGroup()));
    }
    for (WeightPlacement each : plan.weights()) {
      rows.add(
          new PlanRow(
              "weight",
              each.value() + " of " + each.node(),
              each.quantizer().toString(),
              each.unifiedGroup()));
    }
    for (FloatNode each : plan.floatNodes()) {
      rows.add(new PlanRow("float", each.node() + " (" + each.type() + ")", each.reason(), 0));
    }
    return rows;
  }

  /** The quantized model without its quantizers, which show as the precision of nodes. */
  public List<GraphNodeRecord> graphNodes() {
    List<GraphNodeRecord> nodes = new ArrayList<>();
    for (Node node : after.nodes()) {
      List<String> inputs = new ArrayList<>();
      for (int index = 0; index < node.inputs().size(); index++) {
        Node producer =
            node.hasInput(index) ? after.graph().producer(after.origin(node.input(index))) : null;
        if (producer != null && !inputs.contains(producer.name())) {
          inputs.add(producer.name());
        }
      }
      nodes.add(
          new GraphNodeRecord(
              node.name(),
              node.type(),
              after.isInteger(node) || isFused(node) ? "int8" : "float",
              inputs));
    }
    return nodes;
  }
}
