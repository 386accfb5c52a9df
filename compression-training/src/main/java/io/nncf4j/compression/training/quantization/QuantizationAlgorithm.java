package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.StateValues;
import io.nncf4j.compression.training.control.TrainingAlgorithm;
import io.nncf4j.compression.training.masks.FloatGraph;
import io.nncf4j.compression.training.normalization.BatchNormalizationAdaptation;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.quantize.RangeGradient;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.libtorch.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Learned quantizers, started from samples or as a checkpoint has them. */
public final class QuantizationAlgorithm implements TrainingAlgorithm {
  private static final int ADAPTATION_BATCH = 64;

  private final QuantizationTrainingOptions options;
  private final Start start;
  private final List<Finding> findings = new ArrayList<>();
  private @Nullable QuantizationPlan plan;
  private List<TrainedQuantizer> quantizers = List.of();

  /** Plan and first ranges for a model normalised for training. */
  private interface Start {
    QuantizationPlan plan();

    Function<QuantizerPlacement, StartingRange> ranges(Model model, QuantizationPlan plan);

    /** Done when everything stands. */
    void finish(QuantizationController controller);
  }

  private QuantizationAlgorithm(
      QuantizationTrainingOptions options, Function<QuantizationAlgorithm, Start> makeStart) {
    this.options = options;
    this.start = makeStart.apply(this);
  }

  /**
   * Starts from samples.
   *
   * @param original the float model, with its batch-norm
   * @param normalizationSamples for batch-norm to adapt to
   */
  public static QuantizationAlgorithm fresh(
      Model original,
      QuantizationTrainingOptions options,
      QuantizationRules rules,
      double gradientFactor,
      CalibrationSamples samples,
      CalibrationSamples normalizationSamples) {
    Model folded = ShapeInference.infer(Normalization.standard().apply(original).model());
    return new QuantizationAlgorithm(
        options,
        self ->
            new Start() {
              @Override
              public QuantizationPlan plan() {
                QuantizationPlan plan = rules.plan(folded);
                requirePlacements(plan);
                self.findings.addAll(plan.allFindings());
                return plan;
              }

              @Override
              public Function<QuantizerPlacement, StartingRange> ranges(
                  Model model, QuantizationPlan plan) {
                StartingRanges ranges =
                    new StartingRanges(
                        model.graph(), folded, rules, options.gradient(), gradientFactor);
                ranges.observe(new LibtorchEngine(), plan, samples);
                self.findings.addAll(ranges.findings());
                return ranges::of;
              }

              @Override
              public void finish(QuantizationController controller) {
                controller.onStart(
                    () ->
                        startAgain(controller, rules, samples, options.gradient(), gradientFactor));
                if (options.normalizationSamples() > 0) {
                  BatchNormalizationAdaptation.run(
                      controller.model().session(),
                      normalizationSamples,
                      options.normalizationSamples(),
                      ADAPTATION_BATCH);
                }
              }
            });
  }

  /** With the weights of now; what a quantizer's codes are stays. */
  private static void startAgain(
      QuantizationController controller,
      QuantizationRules rules,
      CalibrationSamples samples,
      RangeGradient gradient,
      double gradientFactor) {
    TrainingSession session = controller.model().session();
    Model plain = FloatGraph.of(session.snapshot());
    StartingRanges ranges =
        new StartingRanges(
            plain.graph(),
            ShapeInference.infer(Normalization.standard().apply(plain).model()),
            rules,
            gradient,
            gradientFactor);
    ranges.observe(new LibtorchEngine(), controller.plan(), samples);
    for (TrainedQuantizer quantizer : controller.quantizers()) {
      StartingRange start = ranges.of(quantizer.placement());
      write(session.state(), quantizer.low(), start.low());
      write(session.state(), quantizer.high(), start.high());
    }
  }

  /** Only what is trained stands in the state; other ends follow from it. */
  private static void write(TrainingState state, String name, float[] values) {
    if (state.byName().containsKey(name)) {
      state.write(name, Tensor.ofFloats(values, state.read(name).shape()));
    }
  }

  /**
   * As a checkpoint has it; nothing is initialised. Quantizers that are switched on later start
   * from samples, as they would have without the interruption.
   *
   * @param rules for those, like {@code samples}; null to leave ranges as the checkpoint has them
   */
  public static QuantizationAlgorithm restored(
      QuantizationTrainingOptions options,
      double gradientFactor,
      CompressionState state,
      @Nullable QuantizationRules rules,
      @Nullable CalibrationSamples samples) {
    Map<String, Object> own = StateValues.map(state.builderState(), QuantizationController.NAME);
    SavedRanges saved =
        new SavedRanges(StateValues.maps(own, "quantizers"), options.gradient(), gradientFactor);
    return new QuantizationAlgorithm(
        options,
        self ->
            new Start() {
              @Override
              public QuantizationPlan plan() {
                QuantizationPlan plan = PlanJson.read(StateValues.text(own, "plan"));
                self.findings.addAll(plan.allFindings());
                return plan;
              }

              @Override
              public Function<QuantizerPlacement, StartingRange> ranges(
                  Model model, QuantizationPlan plan) {
                return saved::of;
              }

              @Override
              public void finish(QuantizationController controller) {
                if (rules != null && samples != null) {
                  controller.onStart(
                      () ->
                          startAgain(
                              controller, rules, samples, options.gradient(), gradientFactor));
                }
                controller.loadState(state);
              }
            });
  }

  private static void requirePlacements(QuantizationPlan plan) {
    if (plan.placements().isEmpty()) {
      throw new InputException(
          "Nothing in this model can be quantized"
              + (plan.floatNodes().isEmpty()
                  ? ": it has no convolution and no matrix product with a constant weight"
                  : "; the first reason: " + plan.floatNodes().get(0).reason()));
    }
  }

  @Override
  public String name() {
    return QuantizationController.NAME;
  }

  @Override
  public Place place() {
    return Place.QUANTIZATION;
  }

  @Override
  public Model insert(Model model) {
    QuantizationPlan made = start.plan();
    InsertLearnedQuantizers.Result inserted =
        InsertLearnedQuantizers.apply(model, made, start.ranges(model, made));
    plan = made;
    quantizers = inserted.quantizers();
    return inserted.model();
  }

  @Override
  public QuantizationController begin(CompressedModel compressed) {
    if (plan == null) {
      throw new IllegalStateException("The quantizers have not been put in yet");
    }
    QuantizationController controller =
        new QuantizationController(compressed, plan, quantizers, options.stages(), findings);
    start.finish(controller);
    return controller;
  }
}
