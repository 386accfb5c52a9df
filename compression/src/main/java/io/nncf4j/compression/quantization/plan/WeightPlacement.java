package io.nncf4j.compression.quantization.plan;

/**
 * A quantizer on a constant that a node reads as its weight. A constant that several nodes read has
 * one placement for each of them, all with the same quantizer.
 *
 * @param node name of the node
 * @param input index of the input that reads the weight
 * @param value name of the constant
 * @param quantizer what it is
 * @param channelAxis axis of the output channels in the constant
 * @param unifiedGroup see {@link QuantizerPlacement#unifiedGroup}
 */
public record WeightPlacement(
    String node, int input, String value, Quantizer quantizer, int channelAxis, int unifiedGroup)
    implements QuantizerPlacement {

  public WeightPlacement withQuantizer(Quantizer newQuantizer) {
    return new WeightPlacement(node, input, value, newQuantizer, channelAxis, unifiedGroup);
  }
}
