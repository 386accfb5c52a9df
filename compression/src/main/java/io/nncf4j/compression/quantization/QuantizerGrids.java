package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.calibration.ValueRange;
import io.nncf4j.compression.options.RangeEstimator;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.quantization.range.ObservedRange;
import io.nncf4j.compression.quantization.range.QuantizationRange;
import io.nncf4j.compression.quantization.range.ScaleZeroPoint;
import io.nncf4j.compression.statistics.MinMax;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The integer grid of every placement of a plan: its range from what calibration saw, or from the
 * weight itself, then scale and zero point.
 */
final class QuantizerGrids {
  private final Map<QuantizerPlacement, IntegerGrid> grids = new LinkedHashMap<>();

  private QuantizerGrids() {}

  /** Grids that are known already. */
  static QuantizerGrids of(Map<? extends QuantizerPlacement, IntegerGrid> known) {
    QuantizerGrids result = new QuantizerGrids();
    result.grids.putAll(known);
    return result;
  }

  /**
   * @param halfRange nodes whose weights use half of their levels, see {@link QuantizationRange}
   * @param weightEstimator range of weights; {@link RangeEstimator#HISTOGRAM} searches symmetric
   *     scales for the smallest error
   */
  static QuantizerGrids of(
      Graph graph,
      QuantizationPlan plan,
      Observations observations,
      RangeEstimator estimator,
      Set<String> halfRange,
      RangeEstimator weightEstimator) {
    return of(
        graph, plan, observations, estimator, halfRange, weightEstimator, new LinkedHashMap<>());
  }

  /**
   * Likewise, with grids of weights that were found before.
   *
   * @param weights grids of all levels found before, of the same graph and with the same estimator;
   *     what is found anew is put there
   */
  static QuantizerGrids of(
      Graph graph,
      QuantizationPlan plan,
      Observations observations,
      RangeEstimator estimator,
      Set<String> halfRange,
      RangeEstimator weightEstimator,
      Map<WeightPlacement, IntegerGrid> weights) {
    QuantizerGrids result = new QuantizerGrids();
    boolean preferUnsigned = plan.options().runsInOnnxRuntimeOnCpu();
    Map<Integer, List<ObservedRange>> groups = new HashMap<>();
    Map<ActivationPlacement, ObservedRange> observed = new HashMap<>();
    for (ActivationPlacement placement : plan.activations()) {
      ValueRange range = observations.range(placement.value());
      if (range != null) {
        ObservedRange found =
            EstimatedRange.ofActivation(
                range,
                observations.distribution(placement.value()),
                estimator,
                placement.quantizer());
        observed.put(placement, found);
        if (placement.unifiedGroup() != QuantizerPlacement.NO_GROUP) {
          groups.computeIfAbsent(placement.unifiedGroup(), key -> new ArrayList<>()).add(found);
        }
      }
    }
    for (ActivationPlacement placement : plan.activations()) {
      List<ObservedRange> group = groups.get(placement.unifiedGroup());
      ObservedRange range = group != null ? ObservedRange.union(group) : observed.get(placement);
      if (range == null) {
        throw new NncfException(
            "Calibration did not see the value \"" + placement.value() + "\", which is quantized");
      }
      Quantizer quantizer = placement.quantizer();
      ScaleZeroPoint found =
          ScaleZeroPoint.of(
              QuantizationRange.of(quantizer, range), quantizer.bits(), preferUnsigned);
      result.grids.put(
          placement, grid(found, quantizer, "the value \"" + placement.value() + "\""));
    }
    for (WeightPlacement placement : plan.weights()) {
      // Half a range is found in no time, and may be another layer's in the next plan.
      result.grids.put(
          placement,
          halfRange.contains(placement.node())
              ? weightGrid(graph, placement, true, weightEstimator)
              : weights.computeIfAbsent(
                  placement, key -> weightGrid(graph, key, false, weightEstimator)));
    }
    return result;
  }

  private static IntegerGrid weightGrid(
      Graph graph, WeightPlacement placement, boolean halfRange, RangeEstimator estimator) {
    Tensor weight = graph.constant(placement.value());
    if (weight == null) {
      throw new NncfException(
          "The plan quantizes the weight \"" + placement.value() + "\", which is no constant");
    }
    Quantizer quantizer = placement.quantizer();
    QuantizationRange range =
        QuantizationRange.of(quantizer, weightRange(weight, placement, estimator), halfRange);
    String what = "the weight \"" + placement.value() + "\" of node \"" + placement.node() + "\"";
    IntegerGrid grid = grid(ScaleZeroPoint.signed(range, quantizer.bits()), quantizer, what);
    boolean refine = estimator.isSmallestError() && quantizer.isSymmetric() && !halfRange;
    int axis = Math.floorMod(placement.channelAxis(), weight.rank());
    return refine ? WeightScaleSearch.search(weight, axis, grid) : grid;
  }

  IntegerGrid grid(QuantizerPlacement placement) {
    IntegerGrid found = grids.get(placement);
    if (found == null) {
      throw new IllegalArgumentException("no grid for " + placement);
    }
    return found;
  }

  void replace(QuantizerPlacement placement, IntegerGrid grid) {
    grids.put(placement, grid);
  }

  private static IntegerGrid grid(ScaleZeroPoint found, Quantizer quantizer, String what) {
    for (int channel = 0; channel < found.channels(); channel++) {
      if (!Float.isFinite(found.scale()[channel])) {
        throw new InputException(
            "The range of %s is too wide for a scale in float32, first in channel %d: check the weights and how the data is prepared, or put the nodes that read it into the ignored scope"
                .formatted(what, channel));
      }
    }
    long[] shape = quantizer.perChannel() ? new long[] {found.channels()} : new long[0];
    double[] zeroPoints = new double[found.channels()];
    for (int channel = 0; channel < zeroPoints.length; channel++) {
      zeroPoints[channel] = found.zeroPoint()[channel];
    }
    Tensor scale = Tensor.ofFloats(found.scale(), shape);
    Tensor zeroPoint = Tensor.ofDoubles(found.type(), zeroPoints, shape);
    return quantizer.narrowRange() && quantizer.bits() == found.type().bits()
        ? IntegerGrid.narrow(scale, zeroPoint)
        : IntegerGrid.full(scale, zeroPoint);
  }

  private static ObservedRange weightRange(
      Tensor weight, WeightPlacement placement, RangeEstimator estimator) {
    ObservedRange extremes = extremes(weight, placement);
    if (estimator.isSmallestError() || estimator.equals(RangeEstimator.MIN_MAX)) {
      return extremes;
    }
    float[] low = new float[extremes.channels()];
    float[] high = new float[extremes.channels()];
    int inner = innerSize(weight, Math.floorMod(placement.channelAxis(), weight.rank()));
    float[] values = weight.toFloats();
    for (int channel = 0; channel < low.length; channel++) {
      float[] gathered = WeightScaleSearch.gather(values, channel, low.length, inner);
      ObservedRange found = EstimatedRange.ofWeights(gathered.clone(), estimator);
      low[channel] = found.min()[0];
      high[channel] = found.max()[0];
    }
    return new ObservedRange(low, high);
  }

  private static int innerSize(Tensor weight, int axis) {
    int inner = 1;
    for (int behind = axis + 1; behind < weight.rank(); behind++) {
      inner *= (int) weight.dimension(behind);
    }
    return inner;
  }

  /** Extremes of each output channel, or of the whole tensor. */
  static ObservedRange extremes(Tensor weight, WeightPlacement placement) {
    boolean perChannel = placement.quantizer().perChannel();
    int axis = Math.floorMod(placement.channelAxis(), weight.rank());
    int channels = perChannel ? (int) weight.dimension(axis) : 1;
    MinMax found = new MinMax(channels);
    float[] values = weight.toFloats();
    int inner = innerSize(weight, axis);
    for (int index = 0; index < values.length; index++) {
      if (!Float.isFinite(values[index])) {
        throw new NncfException(
            "The weight \""
                + placement.value()
                + "\" of node \""
                + placement.node()
                + "\" holds "
                + values[index]
                + ": repair the model, or put the node into the ignored scope");
      }
      found.add(perChannel ? index / inner % channels : 0, values[index]);
    }
    return new ObservedRange(found.min(), found.max());
  }
}
