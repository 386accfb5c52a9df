package io.nncf4j.compression.quantization.propagation;

/** How an operator behaves towards quantizers. */
public enum Trait {
  /** Runs in float; nothing moves through it. */
  NON_QUANTIZABLE,
  /** Moves values without arithmetic: its result is on the grid of its input. */
  AGNOSTIC,
  /** Gains from integer inputs. */
  INPUTS_QUANTIZABLE,
  /** Looks up rows of a constant, so that the output is quantized by quantizing the constant. */
  OUTPUT_AS_WEIGHTS,
  /** Joins inputs that must share one scale to stay integers. */
  CONCATENATION
}
