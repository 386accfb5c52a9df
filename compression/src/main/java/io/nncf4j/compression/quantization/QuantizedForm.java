package io.nncf4j.compression.quantization;

import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.runtime.KeepFloatIslands;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.Pipeline;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.rewrite.LowerFakeQuantize;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts quantizers whose grids are known into a float model and lowers them to the Q/DQ form that
 * the plan's runtime fuses: integer weights, int32 biases.
 */
public final class QuantizedForm {
  private QuantizedForm() {}

  /**
   * The quantized model.
   *
   * @param model float model with types, batch-norm folded
   * @param plan where quantizers stand in it
   * @param grids a grid for each placement of the plan
   */
  public static Model of(
      Model model, QuantizationPlan plan, Map<? extends QuantizerPlacement, IntegerGrid> grids) {
    return lower(model, plan, QuantizerGrids.of(grids), Map.of());
  }

  static Model lower(
      Model model, QuantizationPlan plan, QuantizerGrids grids, Map<String, Tensor> biases) {
    Model withQuantizers = InsertQuantizers.apply(model, plan, grids, biases);
    List<Pass> passes = new ArrayList<>(List.of(new LowerFakeQuantize()));
    if (plan.options().runsInOnnxRuntimeOnCpu()) {
      passes.add(new KeepFloatIslands());
    }
    return new Pipeline("lower quantizers", passes, Verifier.STANDARD)
        .apply(withQuantizers)
        .model();
  }
}
