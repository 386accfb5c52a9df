package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.options.QuantizerConstraints;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Widths given by hand: each pair of a width and a scope is for the quantizer that the scope names,
 * or else for the first whose name contains it.
 */
final class ManualPrecision {
  private final Function<QuantizerPlacement, List<String>> names;

  /**
   * @param names under which a quantizer is known to scopes
   */
  ManualPrecision(Function<QuantizerPlacement, List<String>> names) {
    this.names = names;
  }

  /**
   * @throws InputException when a scope names no quantizer
   */
  List<QuantizerPlacement> apply(
      List<QuantizerPlacement> placements, List<Map.Entry<Integer, String>> bitwidthPerScope) {
    List<QuantizerPlacement> chosen = new ArrayList<>(placements);
    List<String> lost = new ArrayList<>();
    for (Map.Entry<Integer, String> pair : bitwidthPerScope) {
      int index = find(chosen, pair.getValue());
      if (index < 0) {
        lost.add(pair.getValue());
      } else {
        chosen.set(index, withBits(chosen.get(index), pair.getKey()));
      }
    }
    if (!lost.isEmpty()) {
      throw new InputException(
          "initializer.precision.bitwidth_per_scope names what is not quantized: "
              + lost
              + "; the quantizers are "
              + placements.stream().map(each -> last(names.apply(each))).toList());
    }
    return chosen;
  }

  static QuantizerPlacement withBits(QuantizerPlacement placement, int bits) {
    return ConstrainedQuantizers.adjusted(
        placement, new QuantizerConstraints(bits, null, null, null, null));
  }

  private int find(List<QuantizerPlacement> placements, String scope) {
    for (int index = 0; index < placements.size(); index++) {
      if (names.apply(placements.get(index)).contains(scope)) {
        return index;
      }
    }
    for (int index = 0; index < placements.size(); index++) {
      if (last(names.apply(placements.get(index))).contains(scope)) {
        return index;
      }
    }
    return -1;
  }

  private static String last(List<String> names) {
    return names.get(names.size() - 1);
  }
}
