package io.nncf4j.compression.training.masks;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.quantize.RoundedBias;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets the graph that is trained add, in evaluation, the biases that integer kernels will add.
 *
 * <pre>
 *   Q(x) -- Conv(Q(W)) -- BatchNormalization(beta)
 *
 *   Q(x) -- Conv(Q(W)) -- BatchNormalization(RoundBias(beta))
 * </pre>
 */
public final class RoundBiases {
  private final Graph graph;
  private final GraphEditor editor;

  private RoundBiases(Graph graph) {
    this.graph = graph;
    editor = new GraphEditor(graph);
  }

  /** The model with its biases rounded, where its export has integer ones. */
  public static Model apply(Model model) {
    RoundBiases rounding = new RoundBiases(model.graph());
    model.graph().nodes().forEach(rounding::visit);
    return model.withGraph(rounding.editor.build());
  }

  /** Takes the rounding out again. */
  public static Graph remove(Graph graph) {
    GraphEditor editor = new GraphEditor(graph);
    for (Node node : graph.nodes()) {
      if (RoundedBias.is(node)) {
        String bias = node.input(RoundedBias.BIAS);
        editor.readers(node.output(0)).forEach(each -> editor.redirect(each, node.output(0), bias));
        editor.remove(node.name());
      }
    }
    return editor.build();
  }

  private void visit(Node layer) {
    if (!layer.is("Conv", "ConvTranspose", "Gemm")) {
      return;
    }
    Node input = graph.producer(layer.input(0));
    Node weight = graph.producer(layer.input(1));
    LearnedRange inputRange = integerRange(input);
    LearnedRange weightRange = integerRange(weight);
    if (input == null || weight == null || inputRange == null || weightRange == null) {
      return;
    }
    Tensor high = graph.constant(input.input(2));
    if (high == null || high.size() != 1) {
      return;
    }
    Node normalization = onlyReader(layer.output(0));
    String inner = layer.hasInput(2) ? layer.input(2) : "";
    if (normalization != null && normalization.is("BatchNormalization")) {
      if (inner.isEmpty() || isFloats(inner)) {
        RoundedBias bias =
            new RoundedBias(
                inputRange, weightRange, normalization.floatAttribute("epsilon", 1e-5f));
        List<String> statistics =
            List.of(normalization.input(1), normalization.input(3), normalization.input(4));
        insert(bias, normalization, input, weight, statistics, inner);
      }
    } else if (!inner.isEmpty()) {
      RoundedBias bias = new RoundedBias(inputRange, weightRange, 0);
      insert(bias, layer, input, weight, List.of(), "");
    }
  }

  private void insert(
      RoundedBias rounding,
      Node reader,
      Node input,
      Node weight,
      List<String> statistics,
      String inner) {
    String bias = reader.input(2);
    if (!isFloats(bias) || !statistics.stream().allMatch(this::isFloats)) {
      return;
    }
    String rounded = editor.freshName(bias + ".rounded");
    String name = editor.freshName(bias + ".rounding");
    editor.add(rounding.node(name, bias, rounded, input, weight, statistics, inner));
    editor.type(rounded, graph.tensorType(bias));
    editor.redirect(reader.name(), 2, rounded);
  }

  /** The range of a quantizer with integers of 8 bits, which kernels multiply; else null. */
  private static @Nullable LearnedRange integerRange(@Nullable Node quantizer) {
    LearnedRange range = quantizer == null ? null : LearnedRange.of(quantizer);
    return range != null && range.levels() >= 127 && range.levels() <= 256 ? range : null;
  }

  private @Nullable Node onlyReader(String value) {
    if (!graph.hasSingleUse(value)) {
      return null;
    }
    Graph.Use use = graph.uses(value).get(0);
    return use.index() == 0 ? use.node() : null;
  }

  private boolean isFloats(String value) {
    Tensor constant = graph.constant(value);
    return constant != null && constant.rank() == 1 && constant.dataType() == DataType.FLOAT32;
  }
}
