package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.training.control.StateValues;
import io.nncf4j.core.InputException;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.quantize.RangeGradient;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Codes of quantizers from a saved state; the ranges themselves come with the tensors. */
final class SavedRanges {
  private static final int MOST_CHANNELS = 1 << 20;

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
    long lowest = StateValues.number(entry, "lowest_code");
    long highest = StateValues.number(entry, "highest_code");
    long channels = StateValues.number(entry, "channels");
    long levels = (1L << placement.quantizer().bits());
    boolean isPossible =
        channels >= 1
            && channels <= MOST_CHANNELS
            && lowest <= 0
            && highest > 0
            && highest - lowest < levels;
    if (!isPossible) {
      throw new InputException(
          "The compression state has "
              + channels
              + " channels and codes from "
              + lowest
              + " to "
              + highest
              + " for the "
              + id(placement)
              + ", which its "
              + placement.quantizer().bits()
              + " bits do not allow: it is damaged");
    }
    float[] high = new float[(int) channels];
    LearnedRange range =
        new LearnedRange(
            placement.quantizer().isSymmetric(), lowest, highest, gradient, gradientFactor);
    Arrays.fill(high, 1);
    float[] low = new float[high.length];
    Arrays.fill(low, (float) range.lowestCode() / range.highestCode());
    return new StartingRange(range, low, high);
  }
}
