package io.nncf4j.compression.pruning.compensation;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelUnit;
import io.nncf4j.compression.pruning.channel.KeptChannels;
import io.nncf4j.compression.pruning.channel.Place;
import io.nncf4j.compression.pruning.channel.RemoveChannels;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives each convolution of a pruned model the weights that bring its outputs, from the inputs that
 * it has now, closest to what they were before (He et al., "Channel pruning for accelerating very
 * deep neural networks", 2017, section 3.1: reconstruction).
 *
 * <p>Layers are done one by one from the front, so that each is fitted to what the fitted layers
 * before it make. Depthwise and grouped convolutions, those with very many inputs, and those for
 * which there are few samples stay as they are.
 */
public final class LayerReconstruction {
  private static final int MOST_FEATURES = 1024;

  /** Places for each input of a layer at least. */
  private static final int LEAST_SAMPLES = 4;

  private static final double RIDGE = 3e-3;

  /** The input that takes what a layer made before, and the start of the names of added nodes. */
  private static final String TARGET = "reconstruction_target";

  private final Engine engine;
  private final SessionOptions options;
  private final Model before;
  private final List<Map<String, Tensor>> batches;

  /**
   * @param batches inputs that layers are fitted to
   */
  public LayerReconstruction(
      Engine engine, SessionOptions options, Model before, List<Map<String, Tensor>> batches) {
    this.engine = engine;
    this.options = options;
    this.before = before;
    this.batches = List.copyOf(batches);
  }

  /**
   * @param analysis of the model before, or of what is left of it without some blocks
   * @param pruned the model of the analysis without {@code units}
   */
  public Model fit(ChannelAnalysis analysis, Collection<ChannelUnit> units, Model pruned) {
    KeptChannels kept = RemoveChannels.kept(analysis, units);
    Model current = pruned;
    for (Node node : pruned.graph().nodes()) {
      if (isPlainConvolution(current.graph(), node.name())) {
        current = fitted(current, node.name(), kept);
      }
    }
    return current;
  }

  private boolean isPlainConvolution(Graph graph, String name) {
    Node node = graph.node(name);
    Tensor weight = node != null && node.is("Conv") ? graph.constant(node.input(1)) : null;
    return node != null
        && weight != null
        && weight.rank() == 4
        && weight.dataType() == DataType.FLOAT32
        && node.intAttribute("group", 1) == 1
        && graph.hasSingleUse(node.input(1))
        && weight.size() / weight.dimension(0) <= MOST_FEATURES
        && before.graph().tensorType(node.output(0)).shape() != null
        && !graph.isInput(node.input(0));
  }

  private Model fitted(Model current, String name, KeptChannels kept) {
    Graph graph = current.graph();
    Node node = Objects.requireNonNull(graph.node(name));
    Tensor weight = Objects.requireNonNull(graph.constant(node.input(1)));
    int filters = (int) weight.dimension(0);
    int features = weight.size() / filters;
    int @Nullable [] staying = kept.of(Place.ofValue(node.output(0)), 1);
    int[] chosen = staying == null ? IntStream.range(0, filters).toArray() : staying;
    LeastSquares sums = sums(current, node, weight, chosen);
    LeastSquares.Solution solution =
        sums.count() < (long) LEAST_SAMPLES * features
            ? null
            : sums.solve(weight.toFloats(), RIDGE);
    if (solution == null) {
      return current;
    }
    GraphEditor editor = new GraphEditor(graph);
    String weights =
        editor.addConstant(
            node.input(1) + "_fitted", Tensor.ofFloats(floats(solution.weights()), weight.shape()));
    String bias =
        editor.addConstant(
            node.name() + "_bias_fitted", Tensor.ofFloats(floats(solution.shifts()), filters));
    editor.replace(node.withInput(1, weights).withInput(2, bias));
    return current.withGraph(editor.removeUnused().build());
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int index = 0; index < floats.length; index++) {
      floats[index] = (float) values[index];
    }
    return floats;
  }

  private LeastSquares sums(Model current, Node node, Tensor weight, int[] chosen) {
    int features = weight.size() / chosen.length;
    LeastSquares sums = new LeastSquares(features, chosen.length);
    GraphEditor wanted = new GraphEditor(before.graph());
    wanted.outputs(List.of(new Value(node.output(0), null)));
    GraphEditor summing = new GraphEditor(current.graph());
    List<Value> outputs = sumNodes(summing, node, weight, chosen);
    summing.outputs(outputs);
    Model target = FreeBatch.of(before.withGraph(wanted.removeUnused().build()));
    Model sum = FreeBatch.of(current.withGraph(summing.removeUnused().build()));
    try (Session first = engine.compile(target, options);
        Session second = engine.compile(sum, options)) {
      for (Map<String, Tensor> each : batches) {
        Tensor made = first.run(each).values().iterator().next();
        Map<String, Tensor> inputs = new LinkedHashMap<>(each);
        inputs.put(TARGET, made);
        List<Tensor> found = List.copyOf(second.run(inputs).values());
        sums.add(
            found.get(0).toFloats(),
            found.get(1).toFloats(),
            found.get(2).toFloats(),
            found.get(3).toFloats(),
            made.size() / made.dimension(1));
      }
    }
    return sums;
  }

  /** Nodes that unfold the inputs of a convolution to rows and sum their products. */
  private List<Value> sumNodes(GraphEditor editor, Node node, Tensor weight, int[] chosen) {
    editor.input(
        new Value(
            TARGET,
            new TensorType(
                DataType.FLOAT32,
                Objects.requireNonNull(before.graph().tensorType(node.output(0)).shape()))));
    String filters =
        editor.addConstant(
            TARGET + "_kept", Tensor.vector(IntStream.of(chosen).asLongStream().toArray()));
    String some = add(editor, "Gather", Attributes.NONE.with("axis", 1L), TARGET, filters);
    String patches =
        add(editor, "Conv", node.attributes(), node.input(0), unfolding(editor, weight));
    String rows = rows(editor, patches, weight.size() / chosen.length);
    String targets = rows(editor, some, chosen.length);
    Attributes transposed = Attributes.NONE.with("transA", 1L);
    String axis = editor.addConstant(TARGET + "_axis", Tensor.vector(0L));
    Attributes flat = Attributes.NONE.with("keepdims", 0L);
    return Stream.of(
            add(editor, "Gemm", transposed, rows, rows),
            add(editor, "Gemm", transposed, rows, targets),
            add(editor, "ReduceSum", flat, rows, axis),
            add(editor, "ReduceSum", flat, targets, axis))
        .map(name -> new Value(name, null))
        .toList();
  }

  /** A weight whose filters each hand on one input at one place of the kernel. */
  private static String unfolding(GraphEditor editor, Tensor weight) {
    int features = weight.size() / (int) weight.dimension(0);
    float[] ones = new float[features * features];
    for (int feature = 0; feature < features; feature++) {
      ones[feature * features + feature] = 1;
    }
    return editor.addConstant(
        TARGET + "_unfolding",
        Tensor.ofFloats(
            ones, features, weight.dimension(1), weight.dimension(2), weight.dimension(3)));
  }

  private static String rows(GraphEditor editor, String value, long columns) {
    String last = add(editor, "Transpose", Attributes.NONE.with("perm", 0L, 2L, 3L, 1L), value);
    String shape = editor.addConstant(TARGET + "_shape", Tensor.vector(-1L, columns));
    return add(editor, "Reshape", Attributes.NONE, last, shape);
  }

  private static String add(
      GraphEditor editor, String type, Attributes attributes, String... inputs) {
    String name = editor.freshName(TARGET + "_" + type);
    editor.add(Node.onnx(name, type, attributes, List.of(inputs), List.of(name)));
    return name;
  }
}
