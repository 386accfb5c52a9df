package io.nncf4j.compression.training;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
  private static final int ADAPTATION_BATCH = 64;

  private final QuantizationTrainingOptions options;
  private final QuantizationRules rules;
  private final double gradientFactor;
  private final LibtorchEngine engine = new LibtorchEngine();

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
    Model model = ShapeInference.infer(Normalization.forTraining().apply(original).model());
    Model folded = ShapeInference.infer(Normalization.standard().apply(original).model());
    QuantizationPlan plan = rules.plan(folded);
    if (plan.placements().isEmpty()) {
      throw new InputException(
          "Nothing in this model can be quantized"
              + (plan.floatNodes().isEmpty()
                  ? ": it has no convolution and no matrix product with a constant weight"
                  : "; the first reason: " + plan.floatNodes().get(0).reason()));
    }
    StartingRanges ranges =
        new StartingRanges(model.graph(), folded, rules, options.gradient(), gradientFactor);
    ranges.observe(engine, plan, samples);
    List<Finding> findings = new ArrayList<>(plan.allFindings());
    findings.addAll(ranges.findings());
    InsertLearnedQuantizers.Result inserted =
        InsertLearnedQuantizers.apply(model, plan, ranges::of);
    QuantizationController controller = controller(model, plan, inserted, findings);
    if (options.normalizationSamples() > 0) {
      BatchNormalizationAdaptation.run(
          controller.model().session(),
          normalizationSamples,
          options.normalizationSamples(),
          ADAPTATION_BATCH);
    }
    return controller;
  }

  /**
   * Builds the compressed model that a checkpoint was saved from, without looking at data. The
   * checkpoint's tensors are to be written into the session's state afterwards.
   */
  public QuantizationController restore(Model original, CompressionState state) {
    Map<String, Object> own = StateValues.map(state.builderState(), QuantizationController.NAME);
    QuantizationPlan plan = PlanJson.read(StateValues.text(own, "plan"));
    Model model = ShapeInference.infer(Normalization.forTraining().apply(original).model());
    SavedRanges ranges =
        new SavedRanges(StateValues.maps(own, "quantizers"), options.gradient(), gradientFactor);
    InsertLearnedQuantizers.Result inserted =
        InsertLearnedQuantizers.apply(model, plan, ranges::of);
    QuantizationController controller = controller(model, plan, inserted, plan.allFindings());
    controller.loadState(state);
    return controller;
  }

  private QuantizationController controller(
      Model model,
      QuantizationPlan plan,
      InsertLearnedQuantizers.Result inserted,
      List<Finding> findings) {
    TrainingSession session = engine.train(inserted.model(), options.training());
    return new QuantizationController(
        new CompressedModel(model, session),
        plan,
        inserted.quantizers(),
        options.stages(),
        findings);
  }
}
