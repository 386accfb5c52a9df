package io.nncf4j.compression.training;

import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.calibration.ValueRange;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.quantization.range.ObservedRange;
import io.nncf4j.compression.statistics.MinMax;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.quantize.RangeGradient;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * First ranges from data: activations by the mean over samples of each sample's extremes, weights
 * by their own extremes. Quantizers of one group share the union.
 */
final class StartingRanges {
  private final Graph graph;
  private final Observations observations;
  private final RangeGradient gradient;
  private final Map<Integer, List<ObservedRange>> groups = new HashMap<>();

  StartingRanges(
      Graph graph, QuantizationPlan plan, Observations observations, RangeGradient gradient) {
    this.graph = graph;
    this.observations = observations;
    this.gradient = gradient;
    for (ActivationPlacement placement : plan.activations()) {
      if (placement.unifiedGroup() != QuantizerPlacement.NO_GROUP) {
        groups
            .computeIfAbsent(placement.unifiedGroup(), key -> new ArrayList<>())
            .add(observed(placement));
      }
    }
  }

  StartingRange of(QuantizerPlacement placement) {
    List<ObservedRange> group = groups.get(placement.unifiedGroup());
    ObservedRange range =
        group != null
            ? ObservedRange.union(group)
            : placement instanceof WeightPlacement weight
                ? weight(weight)
                : observed((ActivationPlacement) placement);
    return StartingRange.of(placement.quantizer(), range, false, gradient);
  }

  private ObservedRange observed(ActivationPlacement placement) {
    ValueRange range = observations.range(placement.value());
    MinMax channels = range == null ? null : range.channels();
    if (range == null || channels == null) {
      throw new NncfException(
          "The samples did not reach the value \"" + placement.value() + "\", which is quantized");
    }
    return placement.quantizer().perChannel()
        ? new ObservedRange(channels.min(), channels.max())
        : ObservedRange.of(range.meanMin(), range.meanMax());
  }

  private ObservedRange weight(WeightPlacement placement) {
    Tensor weight = InsertLearnedQuantizers.weight(graph, placement);
    int axis = Math.floorMod(placement.channelAxis(), weight.rank());
    int channels = placement.quantizer().perChannel() ? (int) weight.dimension(axis) : 1;
    int inner = 1;
    for (int behind = axis + 1; behind < weight.rank(); behind++) {
      inner *= (int) weight.dimension(behind);
    }
    MinMax found = new MinMax(channels);
    for (int index = 0; index < weight.size(); index++) {
      found.add(channels == 1 ? 0 : index / inner % channels, weight.floatAt(index));
    }
    return new ObservedRange(found.min(), found.max());
  }
}
