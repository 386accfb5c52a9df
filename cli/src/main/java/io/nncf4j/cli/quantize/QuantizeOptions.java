package io.nncf4j.cli.quantize;

import io.nncf4j.compression.options.BiasCorrectionMode;
import io.nncf4j.compression.options.ModelType;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.options.QuantizerConstraints;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.compression.options.TargetRuntime;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that decide what the quantized model is; a mixin. */
final class QuantizeOptions {
  enum Preset {
    performance,
    mixed
  }

  enum BiasCorrection {
    fast,
    full,
    none
  }

  enum Device {
    any,
    cpu,
    cpu_spr,
    gpu,
    npu,
    /** The old name of {@code npu}. */
    vpu,
    trial
  }

  enum Runtime {
    onnx_runtime,
    openvino,
    none
  }

  enum Type {
    transformer
  }

  @Option(
      names = "--preset",
      description = "${COMPLETION-CANDIDATES} (default: what the runtime does best).")
  private @Nullable Preset preset;

  @Option(names = "--target-device", description = "${COMPLETION-CANDIDATES} (default: any).")
  private @Nullable Device device;

  @Option(
      names = "--target-runtime",
      description =
          "Runtime whose fusions decide where quantizers stand: ${COMPLETION-CANDIDATES} (default:"
              + " onnx_runtime).")
  private @Nullable Runtime runtime;

  @Option(
      names = "--activation-bits",
      paramLabel = "BITS",
      description = "Bits of quantized activations, 8 or 16 (default: 8).")
  private @Nullable Integer activationBits;

  @Option(names = "--quantize-outputs", description = "Quantize the model's outputs too.")
  private boolean quantizeOutputs;

  @Option(names = "--model-type", description = "${COMPLETION-CANDIDATES}.")
  private @Nullable Type type;

  @Mixin private final IgnoredOptions ignored = new IgnoredOptions();

  @Option(names = "--bias-correction", description = "${COMPLETION-CANDIDATES} (default: fast).")
  private @Nullable BiasCorrection biasCorrection;

  @Mixin private final RangeChoices ranges = new RangeChoices();
  @Mixin private final AccuracyOptions accuracy = new AccuracyOptions();

  /** The options given that decide what a plan does. */
  List<String> decidedByPlan() {
    List<String> given = new ArrayList<>();
    if (preset != null) {
      given.add("--preset");
    }
    if (device != null) {
      given.add("--target-device");
    }
    if (runtime != null) {
      given.add("--target-runtime");
    }
    if (activationBits != null) {
      given.add("--activation-bits");
    }
    if (quantizeOutputs) {
      given.add("--quantize-outputs");
    }
    if (type != null) {
      given.add("--model-type");
    }
    if (biasCorrection != null) {
      given.add("--bias-correction");
    }
    given.addAll(ignored.given());
    given.addAll(ranges.given());
    given.addAll(accuracy.given());
    return given;
  }

  /**
   * @param subsetSize most samples to calibrate with
   * @throws InputException when a number makes no sense
   */
  QuantizationParameters parameters(int subsetSize) {
    QuantizationOptions placement =
        QuantizationOptions.defaults()
            .withIgnoredScope(ignored.scope())
            .withQuantizeOutputs(quantizeOutputs);
    if (device != null) {
      placement =
          placement.withTargetDevice(
              device == Device.vpu ? TargetDevice.NPU : TargetDevice.valueOf(upper(device)));
    }
    if (runtime != null) {
      placement = placement.withTargetRuntime(TargetRuntime.valueOf(upper(runtime)));
    }
    if (activationBits != null) {
      if (activationBits != 8 && activationBits != 16) {
        throw new InputException("--activation-bits takes 8 or 16; found " + activationBits);
      }
      placement =
          placement.withConstraints(
              new QuantizerConstraints(activationBits, null, null, null, null),
              QuantizerConstraints.NONE);
    }
    if (preset != null) {
      placement = placement.withPreset(QuantizationPreset.valueOf(upper(preset)));
    }
    if (type != null) {
      placement = placement.withModelType(ModelType.valueOf(upper(type)));
    }
    QuantizationParameters parameters = QuantizationParameters.defaults();
    return parameters
        .withPlacement(placement)
        .withSubsetSize(subsetSize)
        .withRanges(ranges.options())
        .withEqualization(accuracy.equalization(type != null))
        .withWideActivations(accuracy.wideActivations())
        .withSensitiveInFloat(accuracy.sensitiveInFloat())
        .withBiasCorrection(
            biasCorrection == null
                ? parameters.biasCorrection()
                : BiasCorrectionMode.valueOf(upper(biasCorrection)));
  }

  private static String upper(Enum<?> value) {
    return value.name().toUpperCase(Locale.ROOT);
  }
}
