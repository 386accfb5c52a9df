package io.nncf4j.compression.quantization.plan;

import java.util.List;

/**
 * A quantizer on an activation.
 *
 * @param value name of the value that is quantized
 * @param uses the places that read the quantized value; empty means every reader, and the graph
 *     output when the value is one
 * @param quantizer what it is
 * @param channelAxis axis of the channels, 1 for images
 * @param unifiedGroup see {@link QuantizerPlacement#unifiedGroup}
 */
public record ActivationPlacement(
    String value, List<InputUse> uses, Quantizer quantizer, int channelAxis, int unifiedGroup)
    implements QuantizerPlacement {

  /** Input {@code input} of the node {@code node}. */
  public record InputUse(String node, int input) {
    @Override
    public String toString() {
      return node + ":" + input;
    }
  }

  public ActivationPlacement {
    uses = List.copyOf(uses);
  }

  /** A per-tensor quantizer that all readers see. */
  public static ActivationPlacement ofValue(String value, Quantizer quantizer) {
    return new ActivationPlacement(value, List.of(), quantizer, 1, NO_GROUP);
  }

  public ActivationPlacement withUnifiedGroup(int group) {
    return new ActivationPlacement(value, uses, quantizer, channelAxis, group);
  }

  public ActivationPlacement withQuantizer(Quantizer newQuantizer) {
    return new ActivationPlacement(value, uses, newQuantizer, channelAxis, unifiedGroup);
  }
}
