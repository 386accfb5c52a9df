package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.config.RangeInitializer;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import java.util.Set;

/**
 * What decides about single quantizers: the plan, how each range starts, and which weights use half
 * of their levels. {@link #simple} knows no exceptions; a configuration may.
 */
interface QuantizationRules {
  /** The plan for a model with batch-norm folded. */
  QuantizationPlan plan(Model folded);

  /** How the range of a quantizer starts. */
  RangeInitializer range(Graph folded, QuantizerPlacement placement);

  /** Names of the nodes whose weights use half of their levels. */
  Set<String> halfRange(Graph folded, QuantizationPlan plan);

  /** The same for all quantizers. */
  static QuantizationRules simple(Planner planner, QuantizationTrainingOptions options) {
    RangeInitializer mixed = RangeInitializer.DEFAULT;
    RangeInitializer rule =
        new RangeInitializer(
            options.rangeSamples(),
            mixed.type(),
            mixed.minPercentile(),
            mixed.maxPercentile(),
            mixed.scopes(),
            mixed.group());
    return new QuantizationRules() {
      @Override
      public QuantizationPlan plan(Model folded) {
        return ConstrainedQuantizers.plan(planner, folded, options.placement());
      }

      @Override
      public RangeInitializer range(Graph folded, QuantizerPlacement placement) {
        return rule;
      }

      @Override
      public Set<String> halfRange(Graph folded, QuantizationPlan plan) {
        return Set.of();
      }
    };
  }
}
