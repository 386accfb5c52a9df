package io.nncf4j.compression.options;

import org.jspecify.annotations.Nullable;

/**
 * What makes the channels of the float model more alike before it is quantized.
 *
 * @param smoothQuant how much of the outliers moves from activations to weights; null for {@link
 *     SmoothQuantAlphas#defaults} in transformers and nothing elsewhere
 * @param disableChannelAlignment whether channels between convolutions stay as they are
 */
public record Equalization(
    @Nullable SmoothQuantAlphas smoothQuant, boolean disableChannelAlignment) {
  /** SmoothQuant in transformers, no channel alignment. */
  public static Equalization defaults() {
    return new Equalization(null, true);
  }

  /** Nothing. */
  public static Equalization none() {
    return new Equalization(SmoothQuantAlphas.OFF, true);
  }

  public Equalization withSmoothQuant(SmoothQuantAlphas newSmoothQuant) {
    return new Equalization(newSmoothQuant, disableChannelAlignment);
  }

  public Equalization withDisableChannelAlignment(boolean newDisableChannelAlignment) {
    return new Equalization(smoothQuant, newDisableChannelAlignment);
  }

  /** The alphas that hold for a model of this type. */
  public SmoothQuantAlphas smoothQuantFor(@Nullable ModelType type) {
    if (smoothQuant != null) {
      return smoothQuant;
    }
    return type == ModelType.TRANSFORMER ? SmoothQuantAlphas.defaults() : SmoothQuantAlphas.OFF;
  }
}
