package io.nncf4j.compression.options;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What few users change, named as users of NNCF know it.
 *
 * @param overflowFix which weights use half of their levels
 * @param quantizeOutputs whether the model's outputs get quantizers
 * @param disableChannelAlignment whether channels between convolutions stay as they are
 * @param disableBiasCorrection whether mean errors stay as they are
 * @param activationsQuantizationParams constraints on activation quantizers
 * @param weightsQuantizationParams constraints on weight quantizers
 * @param activationsRangeEstimatorParams how ranges of activations are found; of several the best
 *     is measured, see {@link RangeOptions}
 * @param weightsRangeEstimatorParams how ranges of weights are found
 * @param smoothQuantAlphas how much of the outliers moves from activations to weights; null for the
 *     default of the model type
 * @param wideActivations nodes whose inputs get 16 bits; null for none
 */
public record AdvancedQuantizationParameters(
    OverflowFix overflowFix,
    boolean quantizeOutputs,
    boolean disableChannelAlignment,
    boolean disableBiasCorrection,
    QuantizerConstraints activationsQuantizationParams,
    QuantizerConstraints weightsQuantizationParams,
    List<RangeEstimator> activationsRangeEstimatorParams,
    RangeEstimator weightsRangeEstimatorParams,
    @Nullable SmoothQuantAlphas smoothQuantAlphas,
    @Nullable IgnoredScope wideActivations) {
  public AdvancedQuantizationParameters {
    activationsRangeEstimatorParams = List.copyOf(activationsRangeEstimatorParams);
  }

  /** What {@link RangeOptions#defaults} and {@link Equalization#defaults} say. */
  public static AdvancedQuantizationParameters defaults() {
    RangeOptions ranges = RangeOptions.defaults();
    return new AdvancedQuantizationParameters(
        ranges.overflowFix(),
        false,
        true,
        false,
        QuantizerConstraints.NONE,
        QuantizerConstraints.NONE,
        ranges.activations(),
        ranges.weights(),
        null,
        null);
  }

  public AdvancedQuantizationParameters withOverflowFix(OverflowFix newOverflowFix) {
    return with(newOverflowFix, quantizeOutputs, disableChannelAlignment, disableBiasCorrection);
  }

  public AdvancedQuantizationParameters withQuantizeOutputs(boolean newQuantizeOutputs) {
    return with(overflowFix, newQuantizeOutputs, disableChannelAlignment, disableBiasCorrection);
  }

  public AdvancedQuantizationParameters withDisableChannelAlignment(boolean newDisable) {
    return with(overflowFix, quantizeOutputs, newDisable, disableBiasCorrection);
  }

  public AdvancedQuantizationParameters withDisableBiasCorrection(boolean newDisable) {
    return with(overflowFix, quantizeOutputs, disableChannelAlignment, newDisable);
  }

  public AdvancedQuantizationParameters withQuantizationParams(
      QuantizerConstraints newActivations, QuantizerConstraints newWeights) {
    return with(
        newActivations,
        newWeights,
        activationsRangeEstimatorParams,
        weightsRangeEstimatorParams,
        smoothQuantAlphas,
        wideActivations);
  }

  public AdvancedQuantizationParameters withRangeEstimatorParams(
      RangeEstimator newActivations, RangeEstimator newWeights) {
    return with(
        activationsQuantizationParams,
        weightsQuantizationParams,
        List.of(newActivations),
        newWeights,
        smoothQuantAlphas,
        wideActivations);
  }

  public AdvancedQuantizationParameters withSmoothQuantAlphas(SmoothQuantAlphas newAlphas) {
    return with(
        activationsQuantizationParams,
        weightsQuantizationParams,
        activationsRangeEstimatorParams,
        weightsRangeEstimatorParams,
        newAlphas,
        wideActivations);
  }

  public AdvancedQuantizationParameters withWideActivations(@Nullable IgnoredScope newWide) {
    return with(
        activationsQuantizationParams,
        weightsQuantizationParams,
        activationsRangeEstimatorParams,
        weightsRangeEstimatorParams,
        smoothQuantAlphas,
        newWide);
  }

  private AdvancedQuantizationParameters with(
      OverflowFix newFix, boolean newOutputs, boolean newNoAlignment, boolean newNoCorrection) {
    return new AdvancedQuantizationParameters(
        newFix,
        newOutputs,
        newNoAlignment,
        newNoCorrection,
        activationsQuantizationParams,
        weightsQuantizationParams,
        activationsRangeEstimatorParams,
        weightsRangeEstimatorParams,
        smoothQuantAlphas,
        wideActivations);
  }

  private AdvancedQuantizationParameters with(
      QuantizerConstraints newActivations,
      QuantizerConstraints newWeights,
      List<RangeEstimator> newRanges,
      RangeEstimator newWeightRange,
      @Nullable SmoothQuantAlphas newAlphas,
      @Nullable IgnoredScope newWide) {
    return new AdvancedQuantizationParameters(
        overflowFix,
        quantizeOutputs,
        disableChannelAlignment,
        disableBiasCorrection,
        newActivations,
        newWeights,
        newRanges,
        newWeightRange,
        newAlphas,
        newWide);
  }
}
