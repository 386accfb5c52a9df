package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.core.InputException;
import io.nncf4j.core.quantize.RangeGradient;
import io.nncf4j.engines.libtorch.TrainingOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * How a model is quantized while it is trained.
 *
 * @param placement where quantizers stand and what they are
 * @param rangeSamples most samples to start the ranges with
 * @param normalizationSamples samples that batch-norm's statistics settle on before training, 0 for
 *     none
 * @param gradient how the gradients of ranges are defined
 * @param stages when quantizers are switched on
 * @param training how the graph is run
 */
public record QuantizationTrainingOptions(
    QuantizationOptions placement,
    int rangeSamples,
    int normalizationSamples,
    RangeGradient gradient,
    QuantizationStages stages,
    TrainingOptions training) {
  public QuantizationTrainingOptions {
    List<String> problems = new ArrayList<>();
    if (rangeSamples < 1) {
      problems.add("Ranges start from at least one sample; found " + rangeSamples);
    }
    if (normalizationSamples < 0) {
      problems.add(
          "Batch-norm adapts to a number of samples, or to 0 for none; found "
              + normalizationSamples);
    }
    if (!problems.isEmpty()) {
      throw new InputException(String.join("\n", problems));
    }
  }

  /** 8 bits, 256 samples, no adaptation, everything switched on from the start. */
  public static QuantizationTrainingOptions defaults() {
    return new QuantizationTrainingOptions(
        QuantizationOptions.defaults(),
        256,
        0,
        RangeGradient.STEP,
        QuantizationStages.NONE,
        TrainingOptions.defaults());
  }

  public QuantizationTrainingOptions withPlacement(QuantizationOptions newPlacement) {
    return new QuantizationTrainingOptions(
        newPlacement, rangeSamples, normalizationSamples, gradient, stages, training);
  }

  public QuantizationTrainingOptions withRangeSamples(int newRangeSamples) {
    return new QuantizationTrainingOptions(
        placement, newRangeSamples, normalizationSamples, gradient, stages, training);
  }

  public QuantizationTrainingOptions withNormalizationSamples(int newNormalizationSamples) {
    return new QuantizationTrainingOptions(
        placement, rangeSamples, newNormalizationSamples, gradient, stages, training);
  }

  public QuantizationTrainingOptions withGradient(RangeGradient newGradient) {
    return new QuantizationTrainingOptions(
        placement, rangeSamples, normalizationSamples, newGradient, stages, training);
  }

  public QuantizationTrainingOptions withStages(QuantizationStages newStages) {
    return new QuantizationTrainingOptions(
        placement, rangeSamples, normalizationSamples, gradient, newStages, training);
  }

  public QuantizationTrainingOptions withTraining(TrainingOptions newTraining) {
    return new QuantizationTrainingOptions(
        placement, rangeSamples, normalizationSamples, gradient, stages, newTraining);
  }
}
