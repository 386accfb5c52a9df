package io.nncf4j.compression.training;

import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.InputException;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.quantize.RangeGradient;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Codes of quantizers from a saved state; the ranges themselves come with the tensors. */
final class SavedRanges {
  private final Map<String, Map<String, Object>> entries = new HashMap<>();
  private final RangeGradient gradient;
  private final double gradientFactor;

  SavedRanges(List<Map<String, Object>> saved, RangeGradient gradient, double gradientFactor) {
    this.gradient = gradient;
    this.gradientFactor = gradientFactor;
    saved.forEach(entry -> entries.put(StateValues.text(entry, "id"), entry));
  }

  /** How a placement is called in a saved state. */
  static String id(QuantizerPlacement placement) {
    return placement instanceof WeightPlacement weight
        ? "weight of " + weight.node() + ":" + weight.input()
        : "activation " + placement.value() + uses((ActivationPlacement) placement);
  }

  private static String uses(ActivationPlacement placement) {
    return placement.uses().isEmpty() ? "" : " for " + placement.uses();
  }

  StartingRange of(QuantizerPlacement placement) {
    Map<String, Object> entry = entries.get(id(placement));
    if (entry == null) {
      throw new InputException(
          "The compression state knows no quantizer for the "
              + id(placement)
              + ": it belongs to another model or configuration");
    }
    LearnedRange range =
        new LearnedRange(
            placement.quantizer().isSymmetric(),
            StateValues.number(entry, "lowest_code"),
            StateValues.number(entry, "highest_code"),
            gradient,
            gradientFactor);
    float[] high = new float[(int) StateValues.number(entry, "channels")];
    Arrays.fill(high, 1);
    float[] low = new float[high.length];
    Arrays.fill(low, (float) range.lowestCode() / range.highestCode());
    return new StartingRange(range, low, high);
  }
}
