package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.quantize.LearnedRange;

/**
 * A quantizer that stands in the graph of a compressed model.
 *
 * @param node name of its FakeQuantize node
 * @param low name of the constant with the lower ends of its range
 * @param high name of the constant with the upper ends
 * @param channels 1, or how many ranges there are
 * @param placement what the plan says about it
 * @param range how its range is learned
 */
public record TrainedQuantizer(
    String node,
    String low,
    String high,
    int channels,
    QuantizerPlacement placement,
    LearnedRange range) {
  public boolean isWeight() {
    return placement instanceof WeightPlacement;
  }

  public boolean isPerChannel() {
    return channels > 1;
  }

  /** The layer whose weight it quantizes, or the value. */
  public String layer() {
    return placement instanceof WeightPlacement weight ? weight.node() : placement.value();
  }

  /** What scopes are matched against: the layer and {@code |WEIGHT}, or the value. */
  public String id() {
    return placement instanceof WeightPlacement weight
        ? weight.node() + "|WEIGHT"
        : placement.value() + "|OUTPUT";
  }
}
