package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.calibration.CalibrationOptions;
import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.calibration.Calibrator;
import io.nncf4j.compression.calibration.Observations;
import io.nncf4j.compression.calibration.ValueRange;
import io.nncf4j.compression.config.RangeInitializer;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.quantization.range.ObservedRange;
import io.nncf4j.compression.statistics.MinMax;
import io.nncf4j.core.Finding;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.quantize.RangeGradient;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * First ranges from data: activations from samples by the rule of each, weights from their own
 * values. Quantizers of one group share the union.
 *
 * <p>Rules by extremes take the calibrator's pass; those by the distribution look at every value of
 * a pass of their own, into histograms.
 */
final class StartingRanges {
  private final Graph graph;
  private final Model folded;
  private final QuantizationRules rules;
  private final RangeGradient gradient;
  private final double gradientFactor;
  private final Map<ActivationPlacement, ObservedRange> observed = new HashMap<>();
  private final Map<Integer, List<ObservedRange>> groups = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private Set<String> halfRange = Set.of();

  /**
   * @param graph the graph to be trained
   * @param folded the same with batch-norm folded, which the plan was made for
   */
  StartingRanges(
      Graph graph,
      Model folded,
      QuantizationRules rules,
      RangeGradient gradient,
      double gradientFactor) {
    this.graph = graph;
    this.folded = folded;
    this.rules = rules;
    this.gradient = gradient;
    this.gradientFactor = gradientFactor;
  }

  /** Runs the samples; a rule that wants none leaves the range from 0 to 1. */
  void observe(Engine engine, QuantizationPlan plan, CalibrationSamples samples) {
    halfRange = rules.halfRange(folded.graph(), plan);
    Map<Integer, List<ActivationPlacement>> byCount = new TreeMap<>();
    for (ActivationPlacement placement : plan.activations()) {
      byCount.computeIfAbsent(rule(placement).samples(), key -> new ArrayList<>()).add(placement);
    }
    byCount.forEach(
        (count, placements) -> {
          if (count == 0) {
            placements.forEach(each -> observed.put(each, ObservedRange.of(0, 1)));
          } else {
            observeExtremes(engine, placements, samples.first(count));
            observeHistograms(engine, placements, samples.first(count));
          }
        });
    for (ActivationPlacement placement : plan.activations()) {
      if (placement.unifiedGroup() != QuantizerPlacement.NO_GROUP) {
        groups
            .computeIfAbsent(placement.unifiedGroup(), key -> new ArrayList<>())
            .add(activation(placement));
      }
    }
  }

  /** What the user should know about the samples. */
  List<Finding> findings() {
    return findings;
  }

  StartingRange of(QuantizerPlacement placement) {
    List<ObservedRange> group = groups.get(placement.unifiedGroup());
    boolean isWeight = placement instanceof WeightPlacement;
    ObservedRange range =
        group != null && !isWeight
            ? ObservedRange.union(group)
            : isWeight
                ? weight((WeightPlacement) placement)
                : activation((ActivationPlacement) placement);
    boolean half = placement instanceof WeightPlacement weight && halfRange.contains(weight.node());
    return StartingRange.of(placement.quantizer(), range, half, gradient, gradientFactor);
  }

  private ObservedRange activation(ActivationPlacement placement) {
    ObservedRange range = observed.get(placement);
    if (range == null) {
      throw new NncfException(
          "The samples did not reach the value \"" + placement.value() + "\", which is quantized");
    }
    return range;
  }

  private RangeInitializer rule(QuantizerPlacement placement) {
    return rules.range(folded.graph(), placement);
  }

  private static boolean isByExtremes(RangeInitializer rule) {
    return switch (rule.type()) {
      case MIXED_MIN_MAX, MIN_MAX, MEAN_MIN_MAX -> true;
      case THREESIGMA, PERCENTILE, MEAN_PERCENTILE -> false;
    };
  }

  private void observeExtremes(
      Engine engine, List<ActivationPlacement> placements, CalibrationSamples samples) {
    List<ActivationPlacement> own =
        placements.stream().filter(each -> isByExtremes(rule(each))).toList();
    if (own.isEmpty()) {
      return;
    }
    List<String> values = own.stream().map(ActivationPlacement::value).distinct().toList();
    Calibrator.Result seen =
        new Calibrator(engine, CalibrationOptions.defaults().withWorkers(1))
            .run(folded, values, List.of(), samples);
    findings.addAll(seen.findings());
    for (ActivationPlacement placement : own) {
      observed.put(placement, extremes(placement, seen.observations()));
    }
  }

  /** The mixed rule takes means per tensor; a sign anywhere makes a symmetric range signed. */
  private ObservedRange extremes(ActivationPlacement placement, Observations observations) {
    ValueRange range = observations.range(placement.value());
    MinMax channels = range == null ? null : range.channels();
    if (range == null || channels == null) {
      throw new NncfException(
          "The samples did not reach the value \"" + placement.value() + "\", which is quantized");
    }
    ObservedRange all = new ObservedRange(channels.min(), channels.max());
    boolean takesMeans =
        !placement.quantizer().perChannel()
            && rule(placement).type() != RangeInitializer.Type.MIN_MAX;
    if (!takesMeans) {
      return all;
    }
    float low = range.meanMin();
    float high = range.meanMax();
    if (placement.quantizer().isSymmetric()) {
      float end = Math.max(Math.abs(low), Math.abs(high));
      return ObservedRange.of(all.perTensor().min()[0] < 0 ? -end : 0, end);
    }
    return ObservedRange.of(low, high);
  }

  private void observeHistograms(
      Engine engine, List<ActivationPlacement> placements, CalibrationSamples samples) {
    List<ActivationPlacement> own =
        placements.stream().filter(each -> !isByExtremes(rule(each))).toList();
    if (own.isEmpty()) {
      return;
    }
    Map<ActivationPlacement, ObservedHistogram> histograms = new LinkedHashMap<>();
    SessionOptions options =
        SessionOptions.defaults()
            .withThreads(1)
            .withProbes(own.stream().map(ActivationPlacement::value).distinct().toList());
    CalibrationSamples.Pass pass = samples.begin();
    try (Session session = engine.compile(folded, options)) {
      for (CalibrationSamples.Inputs inputs = next(pass); inputs != null; inputs = next(pass)) {
        Map<String, Tensor> results = new HashMap<>(session.run(inputs.tensors()));
        results.putAll(inputs.tensors());
        for (ActivationPlacement placement : own) {
          Tensor value = results.get(placement.value());
          if (value != null) {
            add(histograms, placement, value);
          }
        }
      }
    }
    histograms.forEach((placement, histogram) -> observed.put(placement, histogram.range()));
  }

  private static CalibrationSamples.@Nullable Inputs next(CalibrationSamples.Pass pass) {
    return pass.next((type, shape) -> Tensor.allocateDirect(type, Tensor.elementCount(shape)));
  }

  private void add(
      Map<ActivationPlacement, ObservedHistogram> histograms,
      ActivationPlacement placement,
      Tensor value) {
    float[][] rows = rows(value, placement.channelAxis(), placement.quantizer().perChannel());
    histograms
        .computeIfAbsent(placement, key -> new ObservedHistogram(rule(key), rows.length))
        .add(rows);
  }

  private ObservedRange weight(WeightPlacement placement) {
    Tensor weight = InsertLearnedQuantizers.weight(graph, placement);
    float[][] rows = rows(weight, placement.channelAxis(), placement.quantizer().perChannel());
    RangeInitializer rule = rule(placement);
    if (isByExtremes(rule)) {
      MinMax found = new MinMax(rows.length);
      for (int channel = 0; channel < rows.length; channel++) {
        for (float value : rows[channel]) {
          found.add(channel, value);
        }
      }
      return new ObservedRange(found.min(), found.max());
    }
    ObservedHistogram histogram = new ObservedHistogram(rule, rows.length);
    histogram.add(rows);
    return histogram.range();
  }

  /** The values of each channel, or all of them in one row. */
  static float[][] rows(Tensor tensor, int channelAxis, boolean perChannel) {
    float[] values = tensor.toFloats();
    if (!perChannel) {
      return new float[][] {values};
    }
    int axis = Math.floorMod(channelAxis, tensor.rank());
    int channels = (int) tensor.dimension(axis);
    int inner = 1;
    for (int behind = axis + 1; behind < tensor.rank(); behind++) {
      inner *= (int) tensor.dimension(behind);
    }
    float[][] rows = new float[channels][values.length / channels];
    int[] filled = new int[channels];
    for (int index = 0; index < values.length; index++) {
      int channel = index / inner % channels;
      rows[channel][filled[channel]++] = values[index];
    }
    return rows;
  }
}
