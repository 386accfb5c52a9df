package io.nncf4j.compression.quantization.plan;

import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.core.graph.Model;

/** Decides where quantizers stand in a model and what they are. Stateless. */
@FunctionalInterface
public interface Planner {
  /**
   * @throws io.nncf4j.core.InputException when the options do not fit the model or each other; all
   *     problems are listed
   */
  QuantizationPlan plan(Model model, QuantizationOptions options);
}
