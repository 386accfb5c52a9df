package io.nncf4j.compression.options;

import org.jspecify.annotations.Nullable;

/**
 * What decides where quantizers stand and what they are.
 *
 * @param preset modes of quantizers; null takes {@code PERFORMANCE}, or {@code MIXED} for
 *     transformers
 * @param targetDevice table of operators and precisions
 * @param targetRuntime runtime whose fusions count
 * @param modelType family of the model, null for no family in particular
 * @param ignoredScope nodes that stay in float
 * @param activations constraints on activation quantizers
 * @param weights constraints on weight quantizers
 * @param quantizeOutputs whether graph outputs get quantizers
 */
public record QuantizationOptions(
    @Nullable QuantizationPreset preset,
    TargetDevice targetDevice,
    TargetRuntime targetRuntime,
    @Nullable ModelType modelType,
    IgnoredScope ignoredScope,
    QuantizerConstraints activations,
    QuantizerConstraints weights,
    boolean quantizeOutputs) {

  public static QuantizationOptions defaults() {
    return new QuantizationOptions(
        null,
        TargetDevice.ANY,
        TargetRuntime.ONNX_RUNTIME,
        null,
        IgnoredScope.NONE,
        QuantizerConstraints.NONE,
        QuantizerConstraints.NONE,
        false);
  }

  /**
   * The preset that holds when none was chosen: asymmetric activations for ONNX Runtime on a CPU,
   * whose integer kernels take zero points at no cost, and for transformers.
   */
  public QuantizationPreset effectivePreset() {
    if (preset != null) {
      return preset;
    }
    return modelType == ModelType.TRANSFORMER || runsInOnnxRuntimeOnCpu()
        ? QuantizationPreset.MIXED
        : QuantizationPreset.PERFORMANCE;
  }

  /**
   * Whether the result will run in ONNX Runtime on a CPU, so that it can be timed where it is made.
   */
  public boolean runsInOnnxRuntimeOnCpu() {
    return targetRuntime == TargetRuntime.ONNX_RUNTIME
        && switch (targetDevice) {
          case ANY, CPU, CPU_SPR -> true;
          case GPU, NPU, TRIAL -> false;
        };
  }

  public QuantizationOptions withQuantizeOutputs(boolean newQuantizeOutputs) {
    return new QuantizationOptions(
        preset,
        targetDevice,
        targetRuntime,
        modelType,
        ignoredScope,
        activations,
        weights,
        newQuantizeOutputs);
  }

  public QuantizationOptions withPreset(@Nullable QuantizationPreset newPreset) {
    return new QuantizationOptions(
        newPreset,
        targetDevice,
        targetRuntime,
        modelType,
        ignoredScope,
        activations,
        weights,
        quantizeOutputs);
  }

  public QuantizationOptions withTargetDevice(TargetDevice newTargetDevice) {
    return new QuantizationOptions(
        preset,
        newTargetDevice,
        targetRuntime,
        modelType,
        ignoredScope,
        activations,
        weights,
        quantizeOutputs);
  }

  public QuantizationOptions withTargetRuntime(TargetRuntime newTargetRuntime) {
    return new QuantizationOptions(
        preset,
        targetDevice,
        newTargetRuntime,
        modelType,
        ignoredScope,
        activations,
        weights,
        quantizeOutputs);
  }

  public QuantizationOptions withModelType(@Nullable ModelType newModelType) {
    return new QuantizationOptions(
        preset,
        targetDevice,
        targetRuntime,
        newModelType,
        ignoredScope,
        activations,
        weights,
        quantizeOutputs);
  }

  public QuantizationOptions withIgnoredScope(IgnoredScope newIgnoredScope) {
    return new QuantizationOptions(
        preset,
        targetDevice,
        targetRuntime,
        modelType,
        newIgnoredScope,
        activations,
        weights,
        quantizeOutputs);
  }

  public QuantizationOptions withConstraints(
      QuantizerConstraints newActivations, QuantizerConstraints newWeights) {
    return new QuantizationOptions(
        preset,
        targetDevice,
        targetRuntime,
        modelType,
        ignoredScope,
        newActivations,
        newWeights,
        quantizeOutputs);
  }
}
