package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.compression.options.ModelType;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.compression.options.TargetRuntime;
import io.nncf4j.compression.quantization.plan.FloatNode;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the nodes that no quantizer may touch, each with its reason: ignored by the user,
 * post-processing, or of a kind that quantizes badly.
 */
public final class NodesLeftInFloat {
  private static final Set<String> POST_PROCESSING_MARKERS = Set.of("TopK", "NonMaxSuppression");

  private static final Set<String> TRANSFORMER_FLOAT =
      Set.of(
          "Add",
          "Pow",
          "Squeeze",
          "Sub",
          "AveragePool",
          "GlobalAveragePool",
          "ReduceMean",
          "ReduceL2",
          "ReduceSum",
          "Div",
          "Max",
          "Sqrt",
          "Reciprocal",
          "BatchNormalization",
          "Greater",
          "Less",
          "Equal");

  private NodesLeftInFloat() {}

  /**
   * The nodes by name, in the order of the reasons.
   *
   * @throws io.nncf4j.core.InputException when the ignored scope does not fit the graph
   */
  public static Map<String, FloatNode> find(Graph graph, QuantizationOptions options) {
    Map<String, FloatNode> found = new LinkedHashMap<>();
    for (Node node : IgnoredNodes.find(graph, options.ignoredScope())) {
      put(found, node, "ignored-scope", "it is in the ignored scope");
    }
    if (options.modelType() == ModelType.TRANSFORMER) {
      for (Node node : graph.nodes()) {
        boolean isScale = node.is("Mul") && options.targetDevice() != TargetDevice.CPU_SPR;
        if (node.operator().isOnnx() && (TRANSFORMER_FLOAT.contains(node.type()) || isScale)) {
          put(
              found,
              node,
              "transformer-float",
              "this operator of a transformer loses accuracy in integers");
        }
      }
      boolean products = options.targetDevice() != TargetDevice.CPU_SPR;
      for (Node node : AttentionParts.find(graph, products)) {
        put(
            found,
            node,
            "attention-output",
            "products with attention weights and rotary angles lose accuracy in integers");
      }
    }
    for (Node node : postProcessing(graph)) {
      put(
          found,
          node,
          "post-processing",
          "it belongs to the selection of results behind the network");
    }
    if (options.targetRuntime() != TargetRuntime.NONE) {
      for (Node node : boxDecoding(graph)) {
        put(
            found,
            node,
            "box-decoding",
            "it turns the network's results into boxes, where a rounding step is many pixels");
      }
    }
    for (Node node : SqueezeAndExcitation.inner(graph)) {
      put(
          found,
          node,
          "squeeze-and-excitation",
          "gates of squeeze-and-excitation lose accuracy in integers and cost next to nothing");
    }
    return found;
  }

  private static void put(Map<String, FloatNode> found, Node node, String code, String reason) {
    found.putIfAbsent(node.name(), new FloatNode(node.name(), node.type(), code, reason));
  }

  /**
   * Nodes on the way from an output back to a TopK or NonMaxSuppression, as long as the way meets
   * no weights: whatever selects results, and what prepares and follows the selection.
   */
  private static Set<Node> postProcessing(Graph graph) {
    Set<Node> markers = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      if (node.operator().isOnnx() && POST_PROCESSING_MARKERS.contains(node.type())) {
        markers.add(node);
      }
    }
    Set<Node> ignored = new LinkedHashSet<>();
    if (markers.isEmpty()) {
      return ignored;
    }
    Set<Node> fromOutputs = weightless(graph, graph.outputs().stream().map(Value::name).toList());
    for (Node marker : markers) {
      if (fromOutputs.contains(marker)) {
        ignored.add(marker);
        // Everything between the marker and the outputs, and what leads from the network to the
        // marker.
        fromOutputs.stream().filter(node -> reaches(graph, marker, node)).forEach(ignored::add);
        ignored.addAll(weightless(graph, marker.inputs()));
      }
    }
    return ignored;
  }

  /**
   * Arithmetic behind the last weights of a detector that has neither TopK nor NonMaxSuppression:
   * recognised by an exponential on the way to the output, or by a sigmoid with arithmetic behind
   * it.
   */
  private static Set<Node> boxDecoding(Graph graph) {
    Set<Node> ignored = new LinkedHashSet<>();
    for (Value output : graph.outputs()) {
      Set<Node> tail = weightless(graph, List.of(output.name()));
      boolean decodes =
          tail.stream().anyMatch(node -> node.is("Exp"))
              || tail.stream()
                  .filter(node -> node.is("Sigmoid"))
                  .anyMatch(
                      sigmoid ->
                          graph.consumers(sigmoid.output(0)).stream()
                              .anyMatch(
                                  node ->
                                      node.is("Mul", "Sub", "Add", "Div") && tail.contains(node)));
      if (decodes) {
        tail.stream()
            .filter(node -> node.is("Mul", "Sub", "Add", "Div", "Exp", "Pow", "Concat", "Sigmoid"))
            .forEach(ignored::add);
      }
    }
    return ignored;
  }

  /** Nodes met on the way back from {@code values}, not going beyond operators with weights. */
  private static Set<Node> weightless(Graph graph, List<String> values) {
    Set<Node> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(values);
    while (!open.isEmpty()) {
      Node producer = graph.producer(open.remove());
      if (producer != null && !hasWeights(graph, producer) && found.add(producer)) {
        open.addAll(producer.inputs());
      }
    }
    return found;
  }

  private static boolean hasWeights(Graph graph, Node node) {
    for (int input : OperatorTraits.possibleWeightInputs(node)) {
      if (ConstantOrigin.name(graph, node.input(input)) != null) {
        return true;
      }
    }
    return false;
  }

  private static boolean reaches(Graph graph, Node from, Node to) {
    Set<Node> seen = new LinkedHashSet<>();
    Deque<Node> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      Node node = open.remove();
      if (node == to) {
        return true;
      }
      List<Node> next = new ArrayList<>();
      node.outputs().forEach(output -> next.addAll(graph.consumers(output)));
      next.stream().filter(seen::add).forEach(open::add);
    }
    return false;
  }
}
