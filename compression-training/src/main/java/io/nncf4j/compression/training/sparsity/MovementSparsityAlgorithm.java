package io.nncf4j.compression.training.sparsity;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.channel.ChannelGroup;
import io.nncf4j.compression.pruning.channel.PrunableLayer;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.TrainingAlgorithm;
import io.nncf4j.compression.training.masks.LayerWeights;
import io.nncf4j.compression.training.masks.PruningMasks;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.MovementMask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code movement_sparsity}: scores learn which weights of linear layers the loss moves away from
 * zero, a rising threshold masks the others, and at the end whole heads of attention and rows of
 * the layers between go.
 *
 * <pre>
 *   MatMul(W) -- Add(b)     becomes     MatMul(MovementMask(W, s, τ)) -- Add(MovementMask(b, r, τ))
 * </pre>
 */
public final class MovementSparsityAlgorithm implements TrainingAlgorithm {
  public static final String NAME = "movement_sparsity";

  /** Less than any score, and finite, as all that a checkpoint holds. */
  private static final float BELOW_ALL = -Float.MAX_VALUE;

  private final Model original;
  private final ConfigSection section;
  private final MovementOptions options;
  private final ScopeFilter scopes;
  private final double gradientFactor;
  private final @Nullable CompressionState state;
  private final Predicate<String> trained;
  private final Map<String, MovementLayer> layers = new LinkedHashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private String threshold = "";
  private @Nullable StructuredMasks structured;

  /**
   * @param original the model before any compression
   * @param trained whether a constant is trained; others are left as they are
   */
  public MovementSparsityAlgorithm(
      Model original,
      NNCFConfig config,
      ConfigSection section,
      @Nullable CompressionState state,
      Predicate<String> trained) {
    this.original = original;
    this.trained = trained;
    this.section = section;
    this.state = state;
    options = MovementOptions.of(section);
    scopes = ScopeFilter.of(section, config);
    gradientFactor = config.learningRateMultiplier(section);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Place place() {
    return Place.SPARSITY;
  }

  @Override
  public Model insert(Model model) {
    Graph graph = model.graph();
    List<String> names = graph.nodes().stream().map(Node::name).toList();
    scopes.check(names);
    for (MovementStructure structure : options.structures()) {
      new ScopeFilter(structure.scopes(), List.of(), scopes.validate()).check(names);
    }
    GraphEditor editor = new GraphEditor(graph);
    threshold =
        editor.addConstant("movement.threshold", Tensor.ofFloats(new float[] {BELOW_ALL}, 1));
    for (Node node : graph.nodes()) {
      String weight = node.is("MatMul", "Gemm") ? LayerWeights.weightOf(graph, node) : null;
      if (weight != null
          && scopes.considers(node.name())
          && !layers.containsKey(weight)
          && trained.test(weight)
          && Objects.requireNonNull(graph.constant(weight)).rank() == 2) {
        layers.put(weight, score(editor, graph, node, weight));
      }
    }
    if (layers.isEmpty()) {
      throw new InputException(
          NAME
              + ": no linear layer (MatMul, Gemm) with a constant weight that is trained is left by"
              + " target_scopes and ignored_scopes"
              + (scopes.hasNoTarget() ? ": target_scopes is an empty list" : ""));
    }
    options.structures().forEach(this::requireLayers);
    Model scored =
        model
            .withGraph(editor.build())
            .withOpset(OperatorType.NNCF_DOMAIN, FakeQuantize.DOMAIN_VERSION);
    return options.structured() ? withStructure(scored) : scored;
  }

  private void requireLayers(MovementStructure structure) {
    if (scopes.validate()
        && layers.values().stream().map(MovementLayer::node).noneMatch(structure::isFor)) {
      throw new InputException(
          String.format(
              "%s.target_scopes (movement_sparsity): %s matches no linear layer that has scores, so"
                  + " that the section says nothing; expected some of %s",
              structure.path(),
              structure.scopes(),
              layers.values().stream().map(MovementLayer::node).toList()));
    }
  }

  private MovementLayer score(GraphEditor editor, Graph graph, Node layer, String weight) {
    Tensor values = Objects.requireNonNull(graph.constant(weight));
    int inputs = LayerWeights.inputDimension(layer, 2);
    long[] block =
        structureOf(layer.name())
            .factors(layer.name(), values.dimension(1 - inputs), values.dimension(inputs));
    long[] factors = inputs == 1 ? block : new long[] {block[1], block[0]};
    String bias = LayerWeights.biasOf(graph, layer, values.dimension(1 - inputs));
    return new MovementLayer(
        layer.name(),
        inputs,
        score(editor, graph, weight, factors),
        bias == null || !trained.test(bias)
            ? null
            : score(editor, graph, bias, new long[] {block[0]}));
  }

  private MovementStructure structureOf(String layer) {
    List<MovementStructure> found =
        options.structures().stream().filter(structure -> structure.isFor(layer)).toList();
    if (found.size() > 1) {
      throw new InputException(
          String.format(
              "%s.target_scopes (movement_sparsity): matches \"%s\", and so does %s; expected one"
                  + " of them",
              found.get(1).path(), layer, found.get(0).path()));
    }
    return found.isEmpty() ? MovementStructure.SINGLE : found.get(0);
  }

  private ScoredConstant score(GraphEditor editor, Graph graph, String constant, long[] factors) {
    Tensor values = Objects.requireNonNull(graph.constant(constant));
    String output = editor.freshName(constant + ".moved");
    String scores = editor.freshName(constant + ".importance");
    ScoredConstant scored = new ScoredConstant(constant, scores, values.shape(), factors);
    for (String reader : new ArrayList<>(editor.readers(constant))) {
      editor.redirect(reader, constant, output);
    }
    long[] shape = scored.scoresShape();
    int count = (int) (values.size() / scored.block());
    editor.constant(scores, Tensor.ofFloats(new float[count], shape));
    editor.add(
        MovementMask.node(
            editor.freshName(constant + ".movement"),
            constant,
            scores,
            threshold,
            output,
            factors,
            gradientFactor));
    editor.type(output, graph.tensorType(constant));
    return scored;
  }

  private Model withStructure(Model scored) {
    ChannelAnalysis analysis = ChannelAnalysis.of(original);
    List<String> masked = layers.values().stream().map(MovementLayer::node).toList();
    List<ChannelGroup> groups = new ArrayList<>();
    for (ChannelGroup group : analysis.groups()) {
      boolean isScored =
          group.layers().stream().map(PrunableLayer::node).allMatch(masked::contains);
      if (isScored && group.units().size() > 1) {
        groups.add(group);
      }
    }
    findings.addAll(analysis.findings());
    if (groups.isEmpty()) {
      String why =
          "enable_structured_masking has nothing to work on: the linear layers of this model hold no"
              + " heads or rows that can be removed";
      if (options.demandsStructure()) {
        throw new InputException(
            section.path() + ".params." + why + "; expected a transformer, or the value false");
      }
      findings.add(Finding.warning("not-structured", why));
      return scored;
    }
    PruningMasks.Inserted inserted = PruningMasks.insert(scored, analysis, groups, true);
    structured =
        new StructuredMasks(analysis, groups, inserted.masks(), List.copyOf(layers.values()));
    return inserted.model();
  }

  @Override
  public CompressionController begin(CompressedModel compressed) {
    MovementSparsityController controller =
        new MovementSparsityController(
            compressed,
            options,
            List.copyOf(layers.values()),
            threshold,
            gradientFactor,
            structured,
            findings);
    if (state != null) {
      controller.loadState(state);
    }
    return controller;
  }
}
