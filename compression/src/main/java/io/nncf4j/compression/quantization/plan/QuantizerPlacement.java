package io.nncf4j.compression.quantization.plan;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** One quantizer and where it stands: on an activation or on a weight. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ActivationPlacement.class, name = "activation"),
  @JsonSubTypes.Type(value = WeightPlacement.class, name = "weight")
})
public sealed interface QuantizerPlacement permits ActivationPlacement, WeightPlacement {
  /** No unified group: see {@link #unifiedGroup}. */
  int NO_GROUP = 0;

  Quantizer quantizer();

  /** Axis of the channels in the quantized tensor; negative counts from the end. */
  int channelAxis();

  /**
   * Placements with the same number above 0 share one range, and so scale and zero point; {@link
   * #NO_GROUP} for a placement on its own.
   */
  int unifiedGroup();

  /** Name of the value that is quantized. */
  String value();
}
