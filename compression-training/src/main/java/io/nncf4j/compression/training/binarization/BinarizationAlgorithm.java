package io.nncf4j.compression.training.binarization;

import io.nncf4j.compression.config.ConfigSection;
import io.nncf4j.compression.config.NNCFConfig;
import io.nncf4j.compression.config.ScopeFilter;
import io.nncf4j.compression.training.control.CompressedModel;
import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionState;
import io.nncf4j.compression.training.control.TrainingAlgorithm;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.BinaryActivation;
import io.nncf4j.engines.libtorch.operators.BinaryWeight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code binarization}: weights and inputs of convolutions over images have two values each.
 *
 * <pre>
 *   Conv(x, W)      becomes      Conv(BinaryActivation(x), BinaryWeight(W))
 * </pre>
 */
public final class BinarizationAlgorithm implements TrainingAlgorithm {
  public static final String NAME = "binarization";

  private final ScopeFilter scopes;
  private final BinarizationOptions options;
  private final @Nullable CompressionState state;
  private final Predicate<String> trained;
  private final List<BinaryLayer> layers = new ArrayList<>();

  public BinarizationAlgorithm(
      NNCFConfig config,
      ConfigSection section,
      @Nullable CompressionState state,
      Predicate<String> trained) {
    this.state = state;
    this.trained = trained;
    scopes = ScopeFilter.of(section, config);
    options = BinarizationOptions.of(section, config);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Nearest to the layer, as quantizers. */
  @Override
  public Place place() {
    return Place.QUANTIZATION;
  }

  @Override
  public Model insert(Model model) {
    Graph graph = model.graph();
    scopes.check(graph.nodes().stream().map(Node::name).toList());
    GraphEditor editor = new GraphEditor(graph);
    Map<String, Node> ofWeights = new HashMap<>();
    for (Node node : graph.nodes()) {
      Tensor weight = node.is("Conv") ? graph.constant(node.input(1)) : null;
      if (weight != null && weight.rank() == 4 && scopes.considers(node.name())) {
        if (!trained.test(node.input(1))) {
          throw new InputException(
              NAME
                  + ": the weight of \""
                  + node.name()
                  + "\" is frozen, and one of a single bit has to adapt; expected a layer that is"
                  + " trained, or one in ignored_scopes");
        }
        Node ofWeight =
            ofWeights.computeIfAbsent(node.input(1), name -> ofWeight(editor, graph, name));
        editor.redirect(node.name(), 1, ofWeight.output(0));
        long channels = weight.dimension(1) * node.intAttribute("group", 1);
        Node ofInput = ofInput(editor, graph, node, channels);
        layers.add(new BinaryLayer(node.name(), node.input(1), ofWeight.name(), ofInput.name()));
      }
    }
    if (layers.isEmpty()) {
      throw new InputException(
          NAME
              + ": no convolution over images with a constant weight is left by target_scopes and"
              + " ignored_scopes"
              + (scopes.hasNoTarget() ? ": target_scopes is an empty list" : ""));
    }
    return model
        .withGraph(editor.build())
        .withOpset(OperatorType.NNCF_DOMAIN, FakeQuantize.DOMAIN_VERSION);
  }

  private Node ofWeight(GraphEditor editor, Graph graph, String weight) {
    String output = editor.freshName(weight + ".binary");
    Node node =
        BinaryWeight.node(
            editor.freshName(weight + ".binarization"), weight, output, options.byFilter());
    editor.add(node);
    editor.type(output, graph.tensorType(weight));
    return node;
  }

  private Node ofInput(GraphEditor editor, Graph graph, Node layer, long channels) {
    String input = layer.input(0);
    String name = layer.name() + ".input";
    float[] zeros = new float[(int) channels];
    String output = editor.freshName(name + ".binary");
    Node node =
        BinaryActivation.node(
            editor.freshName(name + ".binarization"),
            List.of(
                input,
                editor.addConstant(name + ".log_scale", Tensor.ofFloats(new float[1], 1)),
                editor.addConstant(name + ".threshold", Tensor.ofFloats(zeros, 1, channels, 1, 1)),
                editor.addConstant(name + ".started", Tensor.ofFloats(new float[1], 1))),
            output,
            options.gradientFactor());
    editor.add(node);
    editor.type(output, Objects.requireNonNull(graph.tensorType(input)));
    editor.redirect(layer.name(), 0, output);
    return node;
  }

  @Override
  public CompressionController begin(CompressedModel compressed) {
    BinarizationController controller =
        new BinarizationController(compressed, options.stages(), layers);
    if (state != null) {
      controller.loadState(state);
    }
    return controller;
  }
}
