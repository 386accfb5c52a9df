package io.nncf4j.compression.quantization.plan;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.LinkedHashSet;
import java.util.Set;

/** Whether a plan that was saved was made for the graph that it is given with. */
public final class PlanMatch {
  private static final int SHOWN = 5;

  private PlanMatch() {}

  /**
   * @throws InputException naming what the plan quantizes and the graph does not have
   */
  public static void check(QuantizationPlan plan, Graph graph) {
    Set<String> missing = new LinkedHashSet<>();
    for (ActivationPlacement placement : plan.activations()) {
      if (!graph.isDefined(placement.value())) {
        missing.add("value \"" + placement.value() + "\"");
      }
    }
    for (WeightPlacement placement : plan.weights()) {
      if (graph.node(placement.node()) == null) {
        missing.add("node \"" + placement.node() + "\"");
      } else if (!graph.isDefined(placement.value())) {
        missing.add("value \"" + placement.value() + "\"");
      }
    }
    for (String body : plan.bodies().keySet()) {
      if (!hasBody(graph, body)) {
        missing.add("body \"" + body + "\"");
      }
    }
    if (!missing.isEmpty()) {
      throw new InputException(
          "The plan was made for another model: of what it quantizes, this model lacks "
              + String.join(", ", missing.stream().limit(SHOWN).toList())
              + (missing.size() > SHOWN ? " and " + (missing.size() - SHOWN) + " more" : "")
              + ". Give the plan that was saved with this model, or none");
    }
    Set<String> seen = new LinkedHashSet<>();
    for (WeightPlacement placement : plan.weights()) {
      checkWeight(placement, graph);
      checkOnce(placement.node() + ":" + placement.input(), seen);
    }
    for (ActivationPlacement placement : plan.activations()) {
      checkUses(placement, graph);
      checkOnce(placement.value() + " for " + placement.uses(), seen);
    }
  }

  private static void checkOnce(String place, Set<String> seen) {
    if (!seen.add(place)) {
      throw new InputException("The plan quantizes " + place + " twice; keep one of the two");
    }
  }

  private static boolean hasBody(Graph graph, String key) {
    return graph.nodes().stream()
        .anyMatch(
            node ->
                node.attributes().asMap().entrySet().stream()
                    .anyMatch(
                        entry ->
                            entry.getValue() instanceof Attribute.GraphAttribute
                                && QuantizationPlan.bodyKey(node.name(), entry.getKey())
                                    .equals(key)));
  }

  private static void checkWeight(WeightPlacement placement, Graph graph) {
    checkUse(placement.value(), placement.node(), placement.input(), graph);
    Tensor weight = graph.constant(placement.value());
    int axis = placement.channelAxis();
    if (weight != null
        && placement.quantizer().perChannel()
        && (axis < -weight.rank() || axis >= weight.rank())) {
      throw new InputException(
          "The plan quantizes \""
              + placement.value()
              + "\" along axis "
              + axis
              + ", but it has "
              + weight.rank()
              + " axes. Give the plan that was saved with this model, or none");
    }
  }

  private static void checkUses(ActivationPlacement placement, Graph graph) {
    for (ActivationPlacement.InputUse use : placement.uses()) {
      checkUse(placement.value(), use.node(), use.input(), graph);
    }
  }

  private static void checkUse(String value, String name, int input, Graph graph) {
    Node node = graph.node(name);
    if (node == null || input < 0 || !node.input(input).equals(value)) {
      throw new InputException(
          "The plan quantizes \""
              + value
              + "\" for input "
              + input
              + " of node \""
              + name
              + "\", which reads "
              + (node == null
                  ? "nothing: there is no such node"
                  : input >= 0 && node.hasInput(input)
                      ? "\"" + node.input(input) + "\""
                      : "none there")
              + ". Give the plan that was saved with this model, or none");
    }
  }
}
