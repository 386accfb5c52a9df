package io.nncf4j.compression.options;

/** How the mean error of each layer's output is put right through its bias. */
public enum BiasCorrectionMode {
  /** Not at all. */
  NONE,
  /** The error of the weights alone, from the means that the float model sees. */
  FAST,
  /** The error of weights and activations together, from running the quantized model as well. */
  FULL
}
