package io.nncf4j.compression.hardware;

import io.nncf4j.compression.quantization.plan.Quantizer;
import java.util.List;

/**
 * What a device offers for one class of operators.
 *
 * @param activations ways to quantize inputs, best first; empty when the operator takes whatever
 *     its input is quantized to (a wildcard)
 * @param weights ways to quantize a constant operand, best first
 * @param unifiedScales whether all inputs must share one scale
 */
public record OperatorSupport(
    List<Quantizer> activations, List<Quantizer> weights, boolean unifiedScales) {
  public OperatorSupport {
    activations = List.copyOf(activations);
    weights = List.copyOf(weights);
  }

  public boolean isWildcard() {
    return activations.isEmpty();
  }
}
