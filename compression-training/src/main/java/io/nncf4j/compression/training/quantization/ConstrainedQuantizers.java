package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.QuantizerConstraints;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.plan.Quantizer.Signedness;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.graph.Model;
import org.jspecify.annotations.Nullable;

/**
 * The places of a planner with quantizers of any kind. A planner for a runtime refuses widths that
 * the runtime has no kernel for; training may try them all the same.
 */
final class ConstrainedQuantizers {
  private ConstrainedQuantizers() {}

  static QuantizationPlan plan(Planner planner, Model model, QuantizationOptions options) {
    QuantizationPlan plan =
        planner.plan(
            model, options.withConstraints(QuantizerConstraints.NONE, QuantizerConstraints.NONE));
    return new QuantizationPlan(
        options,
        plan.placements().stream()
            .map(
                each ->
                    adjusted(
                        each,
                        each instanceof WeightPlacement
                            ? options.weights()
                            : options.activations()))
            .toList(),
        plan.floatNodes(),
        plan.findings());
  }

  static QuantizerPlacement adjusted(QuantizerPlacement placement, QuantizerConstraints wish) {
    Quantizer quantizer = adjusted(placement.quantizer(), wish);
    return placement instanceof WeightPlacement weight
        ? weight.withQuantizer(quantizer)
        : ((ActivationPlacement) placement).withQuantizer(quantizer);
  }

  private static Quantizer adjusted(Quantizer from, QuantizerConstraints wish) {
    boolean symmetric = or(wish.symmetric(), from.isSymmetric());
    Signedness signedness = symmetric ? from.signedness() : Signedness.FREE;
    if (wish.signed() != null) {
      signedness = wish.signed() ? Signedness.SIGNED : Signedness.UNSIGNED;
    }
    return new Quantizer(
        wish.bits() == null ? from.bits() : wish.bits(),
        symmetric ? Quantizer.Mode.SYMMETRIC : Quantizer.Mode.ASYMMETRIC,
        signedness,
        or(wish.perChannel(), from.perChannel()),
        symmetric && or(wish.narrowRange(), from.narrowRange()));
  }

  private static boolean or(@Nullable Boolean wish, boolean otherwise) {
    return wish == null ? otherwise : wish;
  }
}
