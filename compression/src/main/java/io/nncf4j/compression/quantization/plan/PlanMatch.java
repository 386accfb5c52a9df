package io.nncf4j.compression.quantization.plan;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
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
    if (!missing.isEmpty()) {
      throw new InputException(
          "The plan was made for another model: of what it quantizes, this model lacks "
              + String.join(", ", missing.stream().limit(SHOWN).toList())
              + (missing.size() > SHOWN ? " and " + (missing.size() - SHOWN) + " more" : "")
              + ". Give the plan that was saved with this model, or none");
    }
  }
}
