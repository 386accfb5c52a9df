package io.nncf4j.compression.pruning.compensation;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.KeptChannels;
import io.nncf4j.compression.pruning.channel.Place;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives each channel of each layer the mean and the variance that it had before other channels were
 * removed.
 *
 * <p>With batch normalization this is its re-estimation on the samples, and the shift alone is the
 * usual bias compensation; but it works for any layer, also where normalisation has been folded
 * away. All layers are done in one pass from the front, as each batch flows through the network:
 *
 * <pre>
 *   y' = (y - mean) * deviation before / deviation + mean before
 * </pre>
 *
 * with moments of the batch for {@code y}. Averaged over batches, factor and shift are put into the
 * layer's weight and bias.
 */
public final class MomentMatching {
  /** Variances below this share of a layer's mean variance are noise and are not scaled by. */
  private static final double LEAST_SHARE = 1e-4;

  private static final double MOST_FACTOR = 4;

  private final Engine engine;
  private final SessionOptions session;
  private final Model before;
  private final List<Map<String, Tensor>> batches;
  private @Nullable Moments whole;

  /**
   * @param before what the layers of models that are matched are to do
   * @param batches inputs; moments are taken over each batch. None where the model takes no batches
   */
  public MomentMatching(
      Engine engine, SessionOptions session, Model before, List<Map<String, Tensor>> batches) {
    this.engine = engine;
    this.session = session;
    this.before = before;
    this.batches = List.copyOf(batches);
  }

  /**
   * The model that was mended, or the one given when that cannot be done, with the reason.
   *
   * @param samples samples that were used
   */
  public record Result(Model model, List<Finding> findings, int samples) {}

  /** A layer and the axis of its output over channels. */
  private record Layer(Node node, int axis, int rank, int filterDimension) {
    String value() {
      return node.output(0);
    }
  }

  /**
   * @param analysis of the model before, or of what is left of it without some blocks
   * @param pruned the model of the analysis without {@code units}
   */
  public Result match(ChannelAnalysis analysis, Collection<ChannelUnit> units, Model pruned) {
    Graph graph = pruned.graph();
    if (batches.isEmpty()) {
      return notFitted(
          pruned,
          "the model takes no batches: its input is "
              + graph.inputs().get(0)
              + ", and it does not run with another first length");
    }
    List<Layer> layers = layers(graph);
    if (layers.isEmpty()) {
      return notFitted(
          pruned,
          "no convolution or Gemm has a weight of float32 as a plain constant, as is so where the"
              + " model is quantized; prune the model of floats, and quantize what is left (--int8)");
    }
    int count =
        batches.stream().mapToInt(each -> (int) each.values().iterator().next().dimension(0)).sum();
    if (whole == null) {
      whole = moments(before, layers(before.graph()));
    }
    Moments wanted = whole.kept(RemoveChannels.kept(analysis, units), layers);
    Moments found = corrected(pruned, layers, wanted);
    return new Result(folded(pruned, layers, wanted, found), List.of(), count);
  }

  private static Result notFitted(Model pruned, String why) {
    return new Result(
        pruned,
        List.of(
            Finding.warning(
                "not-compensated", "layers were not fitted to what was removed, because " + why)),
        0);
  }

  private static List<Layer> layers(Graph graph) {
    List<Layer> layers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Tensor weight = node.is("Conv", "Gemm") ? graph.constant(node.input(1)) : null;
      boolean plain =
          !node.is("Gemm")
              || (node.floatAttribute("alpha", 1) == 1 && node.floatAttribute("beta", 1) == 1);
      if (weight != null
          && plain
          && weight.dataType() == DataType.FLOAT32
          && graph.hasSingleUse(node.input(1))) {
        int filters = node.is("Gemm") && node.intAttribute("transB", 0) == 0 ? 1 : 0;
        layers.add(new Layer(node, 1, weight.rank() == 2 ? 2 : weight.rank(), filters));
      }
    }
    return layers;
  }

  /** Mean and variance of each channel, by the name of the layer's output. */
  private record Moments(Map<String, double[]> means, Map<String, double[]> variances) {
    Moments() {
      this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    Moments kept(KeptChannels kept, List<Layer> layers) {
      Moments chosen = new Moments();
      for (Layer layer : layers) {
        int[] staying = kept.of(Place.ofValue(layer.value()), layer.axis);
        chosen.means.put(layer.value(), some(means, layer, staying));
        chosen.variances.put(layer.value(), some(variances, layer, staying));
      }
      return chosen;
    }

    private static double[] some(Map<String, double[]> all, Layer layer, int @Nullable [] staying) {
      double[] whole = all.getOrDefault(layer.value(), new double[0]);
      if (staying == null) {
        return whole;
      }
      double[] some = new double[staying.length];
      for (int index = 0; index < some.length; index++) {
        some[index] = whole[staying[index]];
      }
      return some;
    }

    double[] mean(Layer layer) {
      return means.getOrDefault(layer.value(), new double[0]);
    }

    double[] variance(Layer layer) {
      return variances.getOrDefault(layer.value(), new double[0]);
    }
  }

  private Moments moments(Model model, List<Layer> layers) {
    GraphEditor editor = new GraphEditor(model.graph());
    MomentNodes nodes = new MomentNodes(editor);
    List<Value> outputs = new ArrayList<>();
    for (Layer layer : layers) {
      String mean = nodes.mean(layer.value(), layer.axis, layer.rank);
      String centred = nodes.binary("Sub", layer.value(), mean);
      outputs.add(new Value(mean, null));
      outputs.add(new Value(nodes.mean(nodes.square(centred), layer.axis, layer.rank), null));
    }
    return run(model, editor, outputs, layers);
  }

  private Moments corrected(Model pruned, List<Layer> layers, Moments wanted) {
    GraphEditor editor = new GraphEditor(pruned.graph());
    MomentNodes nodes = new MomentNodes(editor);
    List<Value> outputs = new ArrayList<>();
    for (Layer layer : layers) {
      GraphEditor.Splice splice = editor.splice(layer.value());
      String mean = nodes.mean(splice.source(), layer.axis, layer.rank);
      String centred = nodes.binary("Sub", splice.source(), mean);
      String variance = nodes.mean(nodes.square(centred), layer.axis, layer.rank);
      double floor = floor(wanted.variance(layer));
      String factor =
          nodes.factor(
              variance,
              deviations(wanted.variance(layer)),
              floor,
              MOST_FACTOR,
              layer.axis,
              layer.rank);
      String scaled = nodes.binary("Mul", centred, factor);
      nodes.addTo(scaled, wanted.mean(layer), layer.axis, layer.rank, splice.target());
      outputs.add(new Value(mean, null));
      outputs.add(new Value(variance, null));
    }
    return run(pruned, editor, outputs, layers);
  }

  private static double floor(double[] variances) {
    double sum = 0;
    for (double variance : variances) {
      sum += variance;
    }
    return Math.max(1e-12, LEAST_SHARE * sum / Math.max(1, variances.length));
  }

  private static double[] deviations(double[] variances) {
    double[] deviations = new double[variances.length];
    for (int index = 0; index < deviations.length; index++) {
      deviations[index] = Math.sqrt(variances[index]);
    }
    return deviations;
  }

  private Moments run(Model model, GraphEditor editor, List<Value> outputs, List<Layer> layers) {
    Model observed = model.withGraph(editor.outputs(outputs).removeUnused().build());
    Moments sums = new Moments();
    try (Session running = engine.compile(FreeBatch.of(observed), session)) {
      for (Map<String, Tensor> each : batches) {
        Map<String, Tensor> results = running.run(each);
        double share = 1.0 / batches.size();
        for (int index = 0; index < layers.size(); index++) {
          String value = layers.get(index).value();
          add(sums.means, value, results.get(outputs.get(2 * index).name()), share);
          add(sums.variances, value, results.get(outputs.get(2 * index + 1).name()), share);
        }
      }
    }
    return sums;
  }

  private static void add(
      Map<String, double[]> sums, String value, @Nullable Tensor found, double share) {
    if (found == null) {
      throw new IllegalStateException("the session left out moments of " + value);
    }
    double[] sum = sums.computeIfAbsent(value, key -> new double[found.size()]);
    for (int index = 0; index < sum.length; index++) {
      sum[index] += share * found.floatAt(index);
    }
  }

  private static Model folded(Model pruned, List<Layer> layers, Moments wanted, Moments found) {
    GraphEditor editor = new GraphEditor(pruned.graph());
    for (Layer layer : layers) {
      double[] means = found.mean(layer);
      double[] variances = found.variance(layer);
      double floor = floor(wanted.variance(layer));
      double[] factors = new double[means.length];
      double[] shifts = new double[means.length];
      for (int channel = 0; channel < means.length; channel++) {
        double deviation = Math.sqrt(Math.max(variances[channel], floor));
        factors[channel] =
            Math.min(MOST_FACTOR, Math.sqrt(wanted.variance(layer)[channel]) / deviation);
        shifts[channel] = wanted.mean(layer)[channel] - factors[channel] * means[channel];
      }
      AffineFold.into(editor, pruned.graph(), layer.node, layer.filterDimension, factors, shifts);
    }
    return pruned.withGraph(editor.removeUnused().build());
  }
}
