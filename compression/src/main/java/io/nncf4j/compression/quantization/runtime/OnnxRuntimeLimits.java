package io.nncf4j.compression.quantization.runtime;

import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.options.QuantizerConstraints;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.plan.Quantizer.Signedness;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user's options mean for ONNX Runtime's integer kernels on the CPU: which quantizers they
 * ask for, what those kernels cannot do, and what they do not gain from.
 */
final class OnnxRuntimeLimits {
  private final QuantizationOptions options;

  private OnnxRuntimeLimits(QuantizationOptions options) {
    this.options = options;
  }

  /**
   * @throws InputException when no kernel can do what the options ask for; all such options are
   *     listed
   */
  static OnnxRuntimeLimits of(QuantizationOptions options) {
    List<String> problems = problems(options);
    if (!problems.isEmpty()) {
      throw new InputException(
          "ONNX Runtime on the CPU cannot run what the options ask for: "
              + String.join("; ", problems)
              + ". Change them, or choose another target");
    }
    return new OnnxRuntimeLimits(options);
  }

  private static List<String> problems(QuantizationOptions options) {
    QuantizerConstraints activations = options.activations();
    QuantizerConstraints weights = options.weights();
    List<String> problems = new ArrayList<>();
    if (is(activations.perChannel(), true)) {
      problems.add("activations with a scale for each channel, for which it has no integer kernel");
    }
    if (activations.bits() != null && activations.bits() > 8 && activations.bits() != 16) {
      problems.add("activations of " + activations.bits() + " bits; it has types of 8 and 16");
    }
    if (weights.bits() != null && weights.bits() != 8) {
      problems.add("weights of " + weights.bits() + " bits; its integer kernels take 8");
    }
    if (is(weights.signed(), false)) {
      problems.add("unsigned weights, which its kernels run slower than float");
    }
    if (is(weights.symmetric(), false) && is(weights.perChannel(), true)) {
      problems.add(
          "asymmetric weights with a scale for each channel; all channels must share a zero point");
    }
    if (is(weights.symmetric(), false) && is(weights.narrowRange(), true)) {
      problems.add("asymmetric weights with a narrow range, which is a symmetric one");
    }
    return problems;
  }

  private static boolean is(@Nullable Boolean value, boolean wanted) {
    return value != null && value == wanted;
  }

  /** The quantizer of every activation. */
  Quantizer activation() {
    QuantizerConstraints wanted = options.activations();
    boolean symmetric =
        wanted.symmetric() != null
            ? wanted.symmetric()
            : options.effectivePreset() == QuantizationPreset.PERFORMANCE;
    int bits = wanted.bits() == null ? 8 : wanted.bits();
    Quantizer quantizer = symmetric ? Quantizer.symmetric(bits) : Quantizer.asymmetric(bits);
    if (is(wanted.signed(), true)) {
      quantizer = quantizer.withSignedness(Signedness.SIGNED);
    }
    return is(wanted.narrowRange(), true) ? quantizer.withNarrowRange(true) : quantizer;
  }

  /** The quantizer of every weight. */
  Quantizer weight() {
    QuantizerConstraints wanted = options.weights();
    if (is(wanted.symmetric(), false)) {
      return Quantizer.asymmetric(8);
    }
    Quantizer quantizer = Quantizer.weight(8, !is(wanted.perChannel(), false));
    return is(wanted.narrowRange(), false) ? quantizer.withNarrowRange(false) : quantizer;
  }

  /** What the options cost or do not gain. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    Integer bits = options.activations().bits();
    if (bits != null && bits < 8) {
      findings.add(
          Finding.warning(
              "no-gain-from-fewer-bits",
              "activations of "
                  + bits
                  + " bits run in the 8-bit kernels of ONNX Runtime: less accurate, and no faster"));
    }
    if (bits != null && bits == 16) {
      findings.add(
          Finding.warning(
              "no-integer-kernel",
              "ONNX Runtime has no integer kernels for 16-bit activations on the CPU: convolutions"
                  + " run in float between conversions"));
    }
    if (options.activations().signed() != null) {
      findings.add(
          Finding.information(
              "unsigned-activations",
              "activations are stored as unsigned integers whatever their range is, with the zero"
                  + " point in the middle where the range is signed: ONNX Runtime fuses no others"));
    }
    if (is(options.weights().symmetric(), false)) {
      findings.add(
          Finding.information(
              "one-scale-for-a-tensor",
              "asymmetric weights get one scale and zero point for a tensor: the kernels of ONNX"
                  + " Runtime take no others"));
    }
    if (options.targetDevice() == TargetDevice.CPU_SPR) {
      findings.add(
          Finding.information(
              "target-device",
              "ONNX Runtime chooses the kernels of CPU_SPR when the model runs there; the plan"
                  + " differs from that for CPU in transformers only"));
    }
    return findings;
  }
}
