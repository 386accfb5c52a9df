package io.nncf4j.compression.training.masks;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.ChannelSlice;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.Place;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.TrainingState;
import io.nncf4j.engines.libtorch.operators.MaskedWeight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Masks of zeros and ones along the dimensions in which channels may go.
 *
 * <pre>
 *   Conv(W, b) -- BatchNormalization(g, h) -- ... -- Conv(V)       before
 *
 *   Conv(W·m, b·m) -- BatchNormalization(g·m, h·m) -- ... -- Conv(V·m')
 * </pre>
 *
 * The filters that make a channel are masked, and also what later layers hold for it (m' lies along
 * their inputs): whatever an activation makes of zero, nothing of a masked channel reaches them, so
 * that removal computes the same.
 */
public final class PruningMasks {
  /** A mask. */
  private record Axis(Place place, int dimension) {}

  private final Map<Axis, String> masks = new LinkedHashMap<>();
  private final List<ChannelGroup> groups;

  private PruningMasks(List<ChannelGroup> groups) {
    this.groups = groups;
  }

  /** Masks, and the model that has them. */
  public record Inserted(PruningMasks masks, Model model) {}

  /**
   * Puts masks of ones into a model.
   *
   * @param model the model of the analysis, perhaps with quantizers and other masks in it
   * @param normalization whether scales and shifts of batch normalization are masked too
   */
  public static Inserted insert(
      Model model, ChannelAnalysis analysis, List<ChannelGroup> groups, boolean normalization) {
    PruningMasks inserted = new PruningMasks(List.copyOf(groups));
    GraphEditor editor = new GraphEditor(model.graph());
    Set<Place> weights = new HashSet<>();
    analysis.layers().stream().map(PrunableLayer::weight).forEach(weights::add);
    for (ChannelGroup group : groups) {
      for (ChannelSlice slice : group.units().get(0).slices()) {
        Axis axis = new Axis(slice.constant(), slice.dimension());
        Node reader = analysis.model().graph().node(axis.place.reader());
        if (!inserted.masks.containsKey(axis)
            && reader != null
            && (weights.contains(axis.place) || isMasked(reader, axis.place, normalization))) {
          inserted.insert(editor, model.graph(), analysis, axis);
        }
      }
    }
    return new Inserted(
        inserted,
        model
            .withGraph(editor.build())
            .withOpset(OperatorType.NNCF_DOMAIN, FakeQuantize.DOMAIN_VERSION));
  }

  /** What adds to a channel of its own. */
  private static boolean isMasked(Node reader, Place place, boolean normalization) {
    return switch (reader.type()) {
      case "Conv", "ConvTranspose", "Gemm" -> place.input() == 2;
      case "BatchNormalization" -> normalization && (place.input() == 1 || place.input() == 2);
      case "InstanceNormalization", "GroupNormalization" ->
          place.input() == 1 || place.input() == 2;
      case "Add", "Sub" -> true;
      default -> false;
    };
  }

  private void insert(GraphEditor editor, Graph graph, ChannelAnalysis analysis, Axis axis) {
    Tensor whole = Objects.requireNonNull(analysis.tensor(axis.place));
    String reader = axis.place.reader();
    int input = axis.place.input();
    // Quantizers and masks of others stand nearer to the layer.
    for (Node producer = graph.producer(editor.node(reader).input(input));
        producer != null && !isOwn(producer);
        producer = graph.producer(producer.input(0))) {
      reader = producer.name();
      input = 0;
    }
    long[] shape = new long[whole.rank()];
    Arrays.fill(shape, 1);
    shape[axis.dimension] = whole.dimension(axis.dimension);
    float[] ones = new float[(int) shape[axis.dimension]];
    Arrays.fill(ones, 1);
    String source = editor.node(reader).input(input);
    String wish = axis.place.value() + ".pruning" + axis.dimension;
    String mask = editor.addConstant(wish, Tensor.ofFloats(ones, shape));
    String masked = editor.freshName(axis.place.value() + ".pruned");
    editor.add(MaskedWeight.node(editor.freshName(wish + ".masking"), source, mask, masked));
    editor.type(masked, graph.tensorType(axis.place.value()));
    editor.redirect(reader, input, masked);
    masks.put(axis, mask);
  }

  private boolean isOwn(Node node) {
    return MaskedWeight.is(node) && masks.containsValue(node.input(MaskedWeight.MASK));
  }

  /** Masks these units and no others. */
  public void write(TrainingState state, Set<ChannelUnit> removed) {
    Map<String, float[]> values = new HashMap<>();
    masks.forEach(
        (axis, mask) -> {
          float[] ones = new float[state.read(mask).size()];
          Arrays.fill(ones, 1);
          values.put(mask, ones);
        });
    for (ChannelUnit unit : removed) {
      for (ChannelSlice slice : unit.slices()) {
        String mask = masks.get(new Axis(slice.constant(), slice.dimension()));
        if (mask != null) {
          Objects.requireNonNull(values.get(mask))[slice.index()] = 0;
        }
      }
    }
    values.forEach(
        (mask, kept) -> state.write(mask, Tensor.ofFloats(kept, state.read(mask).shape())));
  }

  /**
   * Multiplies the masks of a constant into values of its shape.
   *
   * @param values one for each element; changed
   */
  public void multiply(TrainingState state, String constant, long[] shape, float[] values) {
    masks.forEach(
        (axis, mask) -> {
          if (axis.place.value().equals(constant)) {
            Tensor kept = state.read(mask);
            int inner = 1;
            for (int dimension = axis.dimension + 1; dimension < shape.length; dimension++) {
              inner *= (int) shape[dimension];
            }
            for (int index = 0; index < values.length; index++) {
              values[index] *= kept.floatAt(index / inner % kept.size());
            }
          }
        });
  }

  /** The units that are masked. */
  public List<ChannelUnit> removed(TrainingState state) {
    Map<String, Tensor> values = new HashMap<>();
    masks.values().forEach(mask -> values.put(mask, state.read(mask)));
    List<ChannelUnit> removed = new ArrayList<>();
    for (ChannelGroup group : groups) {
      for (ChannelUnit unit : group.units()) {
        if (unit.slices().stream().anyMatch(slice -> isZero(values, slice))) {
          removed.add(unit);
        }
      }
    }
    return removed;
  }

  private boolean isZero(Map<String, Tensor> values, ChannelSlice slice) {
    String mask = masks.get(new Axis(slice.constant(), slice.dimension()));
    Tensor kept = mask == null ? null : values.get(mask);
    return kept != null && kept.floatAt(slice.index()) == 0;
  }

  /** Multiplies the masks into the constants and takes their nodes out. */
  public Model takeOut(Model model) {
    Graph graph = model.graph();
    GraphEditor editor = new GraphEditor(graph);
    Map<String, Tensor> products = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (!isOwn(node)) {
        continue;
      }
      String source = node.input(0);
      Tensor before = products.containsKey(source) ? products.get(source) : graph.constant(source);
      Tensor mask = graph.constant(node.input(MaskedWeight.MASK));
      products.put(
          node.output(0), product(Objects.requireNonNull(before), Objects.requireNonNull(mask)));
    }
    Map<String, String> names = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (!isOwn(node)) {
        continue;
      }
      String name = names.getOrDefault(node.input(0), node.input(0));
      names.put(node.output(0), name);
    }
    Map<String, Tensor> last = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (isOwn(node)) {
        String output = node.output(0);
        String name = Objects.requireNonNull(names.get(output));
        // A constant that is read both masked and whole, or masked in two ways, becomes several.
        boolean isLast = graph.uses(output).stream().noneMatch(use -> isOwn(use.node()));
        if (isLast) {
          boolean isShared = last.containsKey(name) || isReadWhole(graph, name);
          Tensor value = Objects.requireNonNull(products.get(output));
          String target = isShared ? editor.addConstant(name + ".masked", value) : name;
          if (!isShared) {
            editor.constant(name, value);
            last.put(name, value);
          }
          editor.readers(output).forEach(reader -> editor.redirect(reader, output, target));
        }
      }
    }
    return model.withGraph(editor.removeUnused().build());
  }

  private boolean isReadWhole(Graph graph, String constant) {
    return graph.uses(constant).stream().anyMatch(use -> !isOwn(use.node()));
  }

  private static Tensor product(Tensor values, Tensor mask) {
    float[] product = values.toFloats();
    long inner = 1;
    int dimension = values.rank() - 1;
    while (dimension > 0 && mask.dimension(dimension) == 1) {
      inner *= values.dimension(dimension--);
    }
    for (int index = 0; index < product.length; index++) {
      product[index] *= mask.floatAt((int) (index / inner % mask.size()));
    }
    return Tensor.ofFloats(product, values.shape());
  }
}
