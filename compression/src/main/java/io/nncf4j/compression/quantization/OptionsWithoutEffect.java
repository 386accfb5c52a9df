package io.nncf4j.compression.quantization;

import io.nncf4j.compression.options.OverflowFix;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizationPreset;
import io.nncf4j.compression.options.RangeOptions;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds options that were given and change nothing: each is left out in turn, and the plan is the
 * same. Whoever gave one expects something of it.
 */
final class OptionsWithoutEffect {
  private final Planner planner;
  private final Model model;
  private final QuantizationOptions options;
  private final List<Finding> findings = new ArrayList<>();

  private OptionsWithoutEffect(Planner planner, Model model, QuantizationOptions options) {
    this.planner = planner;
    this.model = model;
    this.options = options;
  }

  /**
   * @param model what was planned for
   * @param made the plan that all options together gave
   */
  static List<Finding> find(
      Planner planner, Model model, QuantizationParameters parameters, QuantizationPlan made) {
    QuantizationOptions placement = parameters.placement();
    QuantizationOptions unvalidated =
        placement.withIgnoredScope(placement.ignoredScope().withValidate(false));
    OptionsWithoutEffect search = new OptionsWithoutEffect(planner, model, unvalidated);
    search.placement(parameters, made);
    search.ranges(parameters.ranges(), made);
    return search.findings;
  }

  private void placement(QuantizationParameters parameters, QuantizationPlan made) {
    QuantizationPreset preset = options.preset();
    boolean isWide = parameters.wideActivations() != null;
    QuantizationPlan narrow = isWide ? planner.plan(model, options) : made;
    if (isWide && isSame(narrow, made)) {
      add(
          "16 bits for the inputs of some nodes change nothing: no activation that they read is"
              + " quantized to fewer");
    }
    if (preset != null && isSame(narrow, planner.plan(model, options.withPreset(other(preset))))) {
      add(
          "the preset "
              + preset.name().toLowerCase(Locale.ROOT)
              + " changes nothing: the other one"
              + " gives the same plan for this model and target");
    }
    if (options.modelType() != null
        && parameters.equalization().smoothQuantFor(options.modelType()).isOff()
        && isSame(narrow, planner.plan(model, options.withModelType(null)))) {
      add("the model type changes nothing: the plan is the same without it");
    }
    if (options.quantizeOutputs()
        && isSame(narrow, planner.plan(model, options.withQuantizeOutputs(false)))) {
      add(
          "quantized outputs were asked for, and change nothing: the plan for this target is the same"
              + " without");
    }
  }

  private void ranges(RangeOptions ranges, QuantizationPlan made) {
    if (ranges.overflowFix() != OverflowFix.DISABLE
        && HalfRangeNodes.find(model.graph(), made, ranges.overflowFix()).isEmpty()) {
      add(
          "the overflow fix changes nothing: there is no such layer among those that are quantized");
    }
    if (!ranges.activations().equals(RangeOptions.FROM_WIDE_TO_NARROW)
        && made.activations().stream().allMatch(each -> each.quantizer().perChannel())) {
      add(
          "the range estimator of activations changes nothing: no activation has one range for the"
              + " whole tensor");
    }
  }

  private static QuantizationPreset other(QuantizationPreset preset) {
    return switch (preset) {
      case PERFORMANCE -> QuantizationPreset.MIXED;
      case MIXED -> QuantizationPreset.PERFORMANCE;
    };
  }

  private static boolean isSame(QuantizationPlan first, QuantizationPlan second) {
    return first.placements().equals(second.placements());
  }

  private void add(String message) {
    findings.add(Finding.warning("option-without-effect", message));
  }
}
