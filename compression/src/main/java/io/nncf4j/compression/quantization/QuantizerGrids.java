package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.calibration.ValueRange;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.quantization.range.ObservedRange;
import io.nncf4j.compression.quantization.range.QuantizationRange;
import io.nncf4j.compression.quantization.range.ScaleZeroPoint;
import io.nncf4j.compression.statistics.MinMax;
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
  /** How far beyond the mean extreme of samples a limited range reaches. */
  private static final float LIMIT = 1.25f;

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
   * @param refineWeights search symmetric weight scales for the smallest error; false takes the
   *     largest weight as the highest level
   */
  static QuantizerGrids of(
      Graph graph,
      QuantizationPlan plan,
      Observations observations,
      RangeEstimator estimator,
      Set<String> halfRange,
      boolean refineWeights) {
    return of(
        graph, plan, observations, estimator, halfRange, refineWeights, new LinkedHashMap<>());
  }

  /**
   * Likewise, with grids of weights that were found before.
   *
   * @param weights grids found before, of the same graph; what is found anew is put there
   */
  static QuantizerGrids of(
      Graph graph,
      QuantizationPlan plan,
      Observations observations,
      RangeEstimator estimator,
      Set<String> halfRange,
      boolean refineWeights,
      Map<WeightPlacement, IntegerGrid> weights) {
    QuantizerGrids result = new QuantizerGrids();
    boolean preferUnsigned = plan.options().runsInOnnxRuntimeOnCpu();
    Map<Integer, List<ObservedRange>> groups = new HashMap<>();
    Map<ActivationPlacement, ObservedRange> observed = new HashMap<>();
    for (ActivationPlacement placement : plan.activations()) {
      ValueRange range = observations.range(placement.value());
      if (range != null) {
        ObservedRange found = estimate(range, estimator, placement.quantizer());
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
      result.grids.put(placement, grid(found, quantizer));
    }
    for (WeightPlacement placement : plan.weights()) {
      result.grids.put(
          placement,
          weights.computeIfAbsent(
              placement,
              key -> weightGrid(graph, key, halfRange.contains(key.node()), refineWeights)));
    }
    return result;
  }

  private static IntegerGrid weightGrid(
      Graph graph, WeightPlacement placement, boolean halfRange, boolean refineWeights) {
    Tensor weight = graph.constant(placement.value());
    if (weight == null) {
      throw new NncfException(
          "The plan quantizes the weight \"" + placement.value() + "\", which is no constant");
    }
    Quantizer quantizer = placement.quantizer();
    QuantizationRange range =
        QuantizationRange.of(quantizer, extremes(weight, placement), halfRange);
    IntegerGrid grid = grid(ScaleZeroPoint.signed(range, quantizer.bits()), quantizer);
    boolean refine = refineWeights && quantizer.isSymmetric() && !halfRange;
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

  private static IntegerGrid grid(ScaleZeroPoint found, Quantizer quantizer) {
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

  private static ObservedRange estimate(
      ValueRange range, RangeEstimator estimator, Quantizer quantizer) {
    MinMax channels = range.channels();
    if (channels == null) {
      throw new IllegalStateException("a range without samples");
    }
    ObservedRange extremes = new ObservedRange(channels.min(), channels.max());
    if (quantizer.perChannel()) {
      return extremes;
    }
    return switch (estimator) {
      case MEASURED -> throw new IllegalStateException("an estimator must have been chosen");
      case MIN_MAX -> extremes.perTensor();
      case MEAN_MIN_MAX -> ObservedRange.of(range.meanMin(), range.meanMax());
      case LIMITED_MIN_MAX -> limited(extremes.perTensor(), range);
    };
  }

  private static ObservedRange limited(ObservedRange extremes, ValueRange range) {
    float low = Math.max(extremes.min()[0], Math.min(0, LIMIT * range.meanMin()));
    float high = Math.min(extremes.max()[0], Math.max(0, LIMIT * range.meanMax()));
    return ObservedRange.of(Math.min(low, high), Math.max(low, high));
  }

  /** Extremes of each output channel, or of the whole tensor. */
  static ObservedRange extremes(Tensor weight, WeightPlacement placement) {
    boolean perChannel = placement.quantizer().perChannel();
    int axis = Math.floorMod(placement.channelAxis(), weight.rank());
    int channels = perChannel ? (int) weight.dimension(axis) : 1;
    MinMax found = new MinMax(channels);
    float[] values = weight.toFloats();
    int inner = 1;
    for (int behind = axis + 1; behind < weight.rank(); behind++) {
      inner *= (int) weight.dimension(behind);
    }
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
