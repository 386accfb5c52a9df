package io.nncf4j.compression.training.quantization;

import io.nncf4j.core.InputException;

/**
 * When quantizers are switched on: at the beginning of an epoch, counted from 0.
 *
 * @param activationsFrom epoch from which activations are quantized
 * @param weightsFrom epoch from which weights are quantized
 */
public record QuantizationStages(int activationsFrom, int weightsFrom) {
  /** Everything is quantized from the start. */
  public static final QuantizationStages NONE = new QuantizationStages(0, 0);

  public QuantizationStages {
    if (activationsFrom < 0 || weightsFrom < 0) {
      throw new InputException(
          "Quantization begins at an epoch from 0; found "
              + activationsFrom
              + " for activations and "
              + weightsFrom
              + " for weights");
    }
  }
}
