package io.nncf4j.compression.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.options.BiasCorrectionMode;
import io.nncf4j.compression.options.Equalization;
import io.nncf4j.compression.options.OverflowFix;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.options.SmoothQuantAlphas;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.runtime.TargetPlanner;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A saved plan gives the same model again, and nothing is measured for it. */
class PlanReplayTest {
  private static final QuantizationParameters DEFAULTS = QuantizationParameters.defaults();

  /** Counts how often the samples are gone through. */
  private record Counted(CalibrationSamples samples, AtomicInteger passes)
      implements CalibrationSamples {
    @Override
    public int size() {
      return samples.size();
    }

    @Override
    public Pass begin() {
      passes.incrementAndGet();
      return samples.begin();
    }
  }

  private final AtomicInteger passes = new AtomicInteger();

  private CalibratedModel calibrate(
      Model model, QuantizationParameters parameters, int workers, QuantizationPlan plan) {
    passes.set(0);
    return new PostTrainingQuantization(new TargetPlanner(), new OnnxRuntimeEngine())
        .calibrate(
            model,
            new Counted(MeasuredRangeTest.withOneOutlier(), passes),
            parameters.withCalibration(CalibrationOptions.defaults().withWorkers(workers)),
            plan);
  }

  static Stream<QuantizationParameters> parameters() {
    return Stream.of(
        DEFAULTS,
        DEFAULTS.withRange(RangeEstimator.percentile(1e-3)),
        DEFAULTS.withWeightRange(RangeEstimator.MIN_MAX).withOverflowFix(OverflowFix.FIRST_LAYER),
        DEFAULTS.withBiasCorrection(BiasCorrectionMode.NONE),
        DEFAULTS.withEqualization(new Equalization(new SmoothQuantAlphas(0.5, 0.5), false)));
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void givesTheSameModelWithoutMeasuring(QuantizationParameters parameters) {
    Model model = TinyNetwork.model();
    CalibratedModel first = calibrate(model, parameters, 1, null);
    Model expected = first.build(first.plan());
    assertThat(first.plan().calibration().ranges())
        .isNotNull()
        .matches(ranges -> !ranges.isMeasured());
    QuantizationPlan saved = PlanJson.read(PlanJson.write(first.plan()));
    assertThat(saved).isEqualTo(first.plan());
    // What decided then is not asked for again.
    CalibratedModel again = calibrate(model, DEFAULTS, 2, saved);
    int calibration = passes.get();
    assertThat(again.build(again.plan())).isEqualTo(expected);
    assertThat(again.plan()).isEqualTo(saved);
    assertThat(passes.get()).as("no pass to choose ranges by").isEqualTo(calibration);
  }

  /** It runs the quantized model over the samples, so passes say nothing here. */
  @Test
  void fullBiasCorrectionIsDoneAgain() {
    CalibratedModel first =
        calibrate(
            TinyNetwork.model(), DEFAULTS.withBiasCorrection(BiasCorrectionMode.FULL), 1, null);
    QuantizationPlan saved = PlanJson.read(PlanJson.write(first.plan()));
    CalibratedModel again = calibrate(TinyNetwork.model(), DEFAULTS, 2, saved);
    assertThat(again.build(again.plan())).isEqualTo(first.build(first.plan()));
    CalibratedModel fast = calibrate(TinyNetwork.model(), DEFAULTS, 1, null);
    assertThat(fast.build(fast.plan())).isNotEqualTo(first.build(first.plan()));
  }

  @Test
  void choosingTakesAPass() {
    CalibratedModel first = calibrate(TinyNetwork.model(), DEFAULTS, 1, null);
    int calibration = passes.get();
    assertThat(first.plan().calibration().ranges().activations().get(0))
        .isNotEqualTo(RangeEstimator.MIN_MAX);
    assertThat(passes.get()).isGreaterThan(calibration);
  }

  /** As the latency guard leaves it when nothing is faster in integers. */
  @Test
  void aPlanThatQuantizesNothingGivesTheFloatModel() {
    CalibratedModel first = calibrate(TinyNetwork.model(), DEFAULTS, 1, null);
    QuantizationPlan nothing =
        new QuantizationPlan(
            first.plan().options(), List.of(), first.plan().floatNodes(), List.of());
    QuantizationPlan saved = PlanJson.read(PlanJson.write(nothing));
    CalibratedModel again = calibrate(TinyNetwork.model(), DEFAULTS, 2, saved);
    assertThat(again.plan()).isEqualTo(nothing);
    assertThat(again.build(again.plan())).isEqualTo(first.floatModel());
    assertThat(again.samples()).isEqualTo(first.samples());
    assertThat(again.findings()).extracting(Finding::code).contains("plan-of-float-model");
  }

  @Test
  void layersLeftInFloatByMeasuringStaySo() {
    QuantizationParameters parameters = DEFAULTS.withOverflowFix(OverflowFix.FIRST_LAYER);
    CalibratedModel first = calibrate(TinyNetwork.model(), parameters, 1, null);
    first.build(first.plan());
    QuantizationPlan without = first.planWithout(Set.of("conv1"));
    QuantizationPlan saved = PlanJson.read(PlanJson.write(without));
    CalibratedModel again = calibrate(TinyNetwork.model(), DEFAULTS, 2, saved);
    assertThat(again.build(again.plan())).isEqualTo(first.build(without));
  }
}
