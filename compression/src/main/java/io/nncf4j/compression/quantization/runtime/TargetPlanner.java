package io.nncf4j.compression.quantization.runtime;

import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizerConstraints;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.compression.options.TargetRuntime;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.propagation.PropagationPlanner;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import java.util.ArrayList;
import java.util.List;

/**
 * The planner for every target: {@link OnnxRuntimePlanner} where the model will run in ONNX Runtime
 * on a CPU, whose fusions are known, and the table of the device everywhere else.
 */
public final class TargetPlanner implements Planner {
  @Override
  public QuantizationPlan plan(Model model, QuantizationOptions options) {
    if (options.runsInOnnxRuntimeOnCpu()) {
      return new OnnxRuntimePlanner().plan(model, options);
    }
    QuantizationOptions wanted = options;
    List<Finding> findings = new ArrayList<>();
    if (options.targetRuntime() == TargetRuntime.ONNX_RUNTIME) {
      wanted = withoutChannelActivations(options);
      findings.add(
          Finding.information(
              "target-device",
              "quantizers stand where the table of "
                  + options.targetDevice()
                  + " asks for them; what ONNX Runtime fuses there, and how fast it is, cannot be"
                  + " measured on this machine's processor"));
    }
    QuantizationPlan plan =
        PropagationPlanner.forDevice(options.targetDevice()).plan(model, wanted);
    findings.addAll(plan.findings());
    return new QuantizationPlan(options, plan.placements(), plan.floatNodes(), findings);
  }

  /**
   * None of ONNX Runtime's execution providers takes activations with a scale for each channel,
   * which the tables put first for depthwise convolutions.
   */
  private static QuantizationOptions withoutChannelActivations(QuantizationOptions options) {
    QuantizerConstraints given = options.activations();
    if (given.perChannel() != null || options.targetDevice() == TargetDevice.TRIAL) {
      return options;
    }
    return options.withConstraints(
        new QuantizerConstraints(
            given.bits(), given.symmetric(), given.signed(), false, given.narrowRange()),
        options.weights());
  }
}
