package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.compression.training.control.CompressionBuilder;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import java.util.List;

/**
 * Quantization-aware training: quantizers with learned ranges in the graph, at the places of the
 * same plan that post-training quantization follows.
 *
 * <pre>{@code
 * QuantizationController controller =
 *     new QuantizationAwareTraining(QuantizationTrainingOptions.defaults()).prepare(model, samples);
 * try (CompressedModel compressed = controller.model()) {
 *   …                                 // train: see CompressionController
 *   controller.exportModel(Path.of("model-int8.onnx"), false);
 * }
 * }</pre>
 *
 * "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference"
 * (Jacob et al. 2018), with ranges learned as in "Learned Step Size Quantization" (Esser et al.
 * 2020).
 */
public final class QuantizationAwareTraining {
  private final QuantizationTrainingOptions options;
  private final QuantizationRules rules;
  private final double gradientFactor;

  public QuantizationAwareTraining(QuantizationTrainingOptions options) {
    this(options, new OnnxRuntimePlanner());
  }

  public QuantizationAwareTraining(QuantizationTrainingOptions options, Planner planner) {
    this(options, QuantizationRules.simple(planner, options), 1);
  }

  QuantizationAwareTraining(
      QuantizationTrainingOptions options, QuantizationRules rules, double gradientFactor) {
    this.options = options;
    this.rules = rules;
    this.gradientFactor = gradientFactor;
  }

  /**
   * Puts quantizers into a model and starts their ranges from samples.
   *
   * @param original the float model, with its batch-norm; it is not changed
   * @param samples single inputs, each as a batch of one
   * @throws InputException when nothing can be quantized, or the options do not fit the model
   */
  public QuantizationController prepare(Model original, CalibrationSamples samples) {
    return prepare(original, samples, samples);
  }

  /** As {@link #prepare}, with samples of its own for batch-norm to adapt to. */
  QuantizationController prepare(
      Model original, CalibrationSamples samples, CalibrationSamples normalizationSamples) {
    return start(
        original,
        QuantizationAlgorithm.fresh(
            original, options, rules, gradientFactor, samples, normalizationSamples));
  }

  /**
   * Builds the compressed model that a checkpoint was saved from, without looking at data. The
   * checkpoint's tensors are to be written into the session's state afterwards.
   */
  public QuantizationController restore(Model original, CompressionState state) {
    return start(
        original, QuantizationAlgorithm.restored(options, gradientFactor, state, null, null));
  }

  private QuantizationController start(Model original, QuantizationAlgorithm algorithm) {
    return CompressionBuilder.build(original, List.of(algorithm), options.training())
        .part(QuantizationController.class)
        .orElseThrow();
  }
}
