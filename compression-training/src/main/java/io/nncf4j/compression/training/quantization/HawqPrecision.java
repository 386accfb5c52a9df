package io.nncf4j.compression.training.quantization;

import io.nncf4j.compression.config.PrecisionConfig;
import io.nncf4j.compression.quantization.plan.QuantizerPlacement;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ModelCost;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.LibtorchEngine;
import io.nncf4j.engines.libtorch.TrainingOptions;
import io.nncf4j.engines.libtorch.TrainingSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Widths by the curvature of the loss: flat layers get few bits. Of all ways to give layers, in the
 * order of their curvature, widths that do not fall, the one with the least loss that compresses
 * enough.
 *
 * <pre>
 *   loss = Σ over layers  trace of the Hessian / n · ‖Q(W) − W‖²
 * </pre>
 *
 * The quantizer of a layer's input gets the widest of the layers that read it ("liberal").
 */
public final class HawqPrecision implements PrecisionChoice {
  static final int FULL = 8;

  private final PrecisionConfig config;
  private final QuantizationPrecisionInitArgs data;
  private final TrainingOptions training;

  public HawqPrecision(
      PrecisionConfig config, QuantizationPrecisionInitArgs data, TrainingOptions training) {
    this.config = config;
    this.data = data;
    this.training = training;
  }

  /** A weight and the layer that reads it first. */
  private record Layer(WeightPlacement placement, long flops, double trace) {}

  @Override
  public Chosen apply(Model folded, List<QuantizerPlacement> placements, OfferedBits offered) {
    List<Layer> layers = layers(folded, placements);
    List<Integer> bits =
        config.bits().stream()
            .filter(
                each -> layers.stream().allMatch(layer -> offered.allows(layer.placement, each)))
            .toList();
    if (bits.isEmpty()) {
      throw new InputException(
          "initializer.precision.bits: the device offers none of "
              + config.bits()
              + " for weights; take target_device TRIAL for experiments");
    }
    QuantizedInputs inputs =
        new QuantizedInputs(
            folded.graph(), placements, layers.stream().map(Layer::placement).toList());
    List<int[]> sequences = BitwidthSequences.nonDecreasing(bits, layers.size());
    double[][] losses = losses(folded.graph(), layers, bits);
    long[] flops = layers.stream().mapToLong(Layer::flops).toArray();
    double[] ratios = new double[sequences.size()];
    double[] sums = new double[sequences.size()];
    for (int index = 0; index < ratios.length; index++) {
      int[] sequence = sequences.get(index);
      ratios[index] = BitwidthSequences.ratio(flops, sequence, inputs.bits(sequence, offered));
      for (int layer = 0; layer < sequence.length; layer++) {
        sums[index] += losses[layer][bits.indexOf(sequence[layer])];
      }
    }
    int best = BitwidthSequences.choose(ratios, sums, config.compressionRatio());
    return chosen(placements, layers, sequences.get(best), inputs, offered, ratios[best]);
  }

  private List<Layer> layers(Model folded, List<QuantizerPlacement> placements) {
    Map<String, WeightPlacement> weights = new LinkedHashMap<>();
    for (QuantizerPlacement placement : placements) {
      if (placement instanceof WeightPlacement weight) {
        weights.putIfAbsent(weight.value(), weight);
      }
    }
    List<String> names = List.copyOf(weights.keySet());
    double[] traces;
    try (TrainingSession session = new LibtorchEngine().train(folded, training)) {
      traces =
          new HessianTraces(session, names, data.batches().apply(config.dataPoints()))
              .measure(config.iterations(), config.tolerance());
    }
    Map<String, Long> flops = flops(folded);
    List<Layer> layers = new ArrayList<>();
    for (WeightPlacement placement : weights.values()) {
      double trace = traces[layers.size()]; // In the order of the names.
      layers.add(new Layer(placement, flops.getOrDefault(placement.node(), 0L), trace));
    }
    layers.sort(Comparator.comparingDouble(Layer::trace));
    return layers;
  }

  /** Arithmetic of each node for one sample. */
  private static Map<String, Long> flops(Model folded) {
    Map<String, Shape> shapes = new HashMap<>();
    for (Value input : folded.graph().inputs()) {
      Shape shape = input.tensorType().shape();
      if (shape != null && shape.rank() > 0 && !shape.get(0).isKnown()) {
        shapes.put(input.name(), shape.with(0, io.nncf4j.core.graph.Dimension.of(1)));
      }
    }
    Map<String, Long> flops = new HashMap<>();
    for (ModelCost.NodeCost cost : ModelCost.of(folded, shapes).nodes()) {
      flops.put(cost.node(), Math.max(0, cost.flops()));
    }
    return flops;
  }

  /** By layer and width: the trace times the square of what quantization changes. */
  private static double[][] losses(Graph graph, List<Layer> layers, List<Integer> bits) {
    double[][] losses = new double[layers.size()][bits.size()];
    for (int index = 0; index < losses.length; index++) {
      WeightPlacement placement = layers.get(index).placement;
      Tensor weight = InsertLearnedQuantizers.weight(graph, placement);
      float[][] rows =
          StartingRanges.rows(weight, placement.channelAxis(), placement.quantizer().perChannel());
      for (int at = 0; at < bits.size(); at++) {
        losses[index][at] = layers.get(index).trace * error(rows, bits.get(at));
      }
    }
    return losses;
  }

  private static double error(float[][] rows, int bits) {
    long highest = (1L << (bits - 1)) - 1;
    double error = 0;
    for (float[] row : rows) {
      float end = 0;
      for (float value : row) {
        end = Math.max(end, Math.abs(value));
      }
      double step = end / highest;
      for (float value : row) {
        double difference = step == 0 ? 0 : Math.rint(value / step) * step - value;
        error += difference * difference;
      }
    }
    return error;
  }

  private static Chosen chosen(
      List<QuantizerPlacement> placements,
      List<Layer> layers,
      int[] sequence,
      QuantizedInputs inputs,
      OfferedBits offered,
      double ratio) {
    Map<String, Integer> ofWeights = new HashMap<>();
    List<String> told = new ArrayList<>();
    for (int index = 0; index < sequence.length; index++) {
      ofWeights.put(layers.get(index).placement.value(), sequence[index]);
      told.add(layers.get(index).placement.node() + " " + sequence[index]);
    }
    List<QuantizerPlacement> result = new ArrayList<>();
    for (QuantizerPlacement placement : placements) {
      int bits =
          placement instanceof WeightPlacement
              ? ofWeights.getOrDefault(placement.value(), FULL)
              : inputs.bits(placement, sequence, offered);
      result.add(ManualPrecision.withBits(placement, bits));
    }
    Finding finding =
        Finding.information(
            "widths-by-curvature",
            String.format(
                Locale.ROOT,
                "Widths of weights from the flattest layer to the most curved one: %s; arithmetic"
                    + " is %.3f times less than at 8 bits",
                String.join(", ", told),
                ratio));
    return new Chosen(result, List.of(finding));
  }
}
