package io.nncf4j.compression.options;

/** Which modes quantizers take where nothing else says so. */
public enum QuantizationPreset {
  /** Symmetric weights and activations. */
  PERFORMANCE,
  /** Symmetric weights, asymmetric activations. */
  MIXED
}
