package io.nncf4j.core.rewrite;

import static io.nncf4j.core.pattern.NodePattern.node;
import static io.nncf4j.core.pattern.ValuePattern.constant;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.pattern.MatchResult;
import io.nncf4j.core.pattern.NodePattern;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Folds a multiplication or addition with one constant for each channel into the convolution before
 * it, as exporters write batch normalization that they have taken apart.
 *
 * <pre>
 *   x -- Conv(W, b) -- Mul([1, C, 1, 1]) -- y        x -- Conv(W', b') -- y
 *   x -- Conv(W, b) -- Add([1, C, 1, 1]) -- y
 * </pre>
 *
 * <p>Under the conditions of {@link FoldBatchNormalization}. One operator is folded at a time, so
 * chains fold when the pass is applied until nothing changes, which it does itself.
 */
public record FoldAffine() implements Pass {
  private static final NodePattern PATTERN =
      node("Mul", "Add")
          .commutative(node("Conv", "ConvTranspose").as("layer").singleUse(), constant("operand"));

  @Override
  public PassResult apply(Model model) {
    return Scope.rewrite(model, FoldAffine::fold);
  }

  private static Graph fold(Scope scope) {
    Graph graph = scope.graph();
    while (true) {
      Graph folded = foldOnce(scope.of(graph));
      if (folded == graph) {
        return graph;
      }
      graph = folded;
    }
  }

  private static Graph foldOnce(Scope scope) {
    Graph graph = scope.graph();
    GraphEditor editor = scope.editor();
    java.util.Set<String> touched = new java.util.HashSet<>();
    for (Node node : graph.nodes()) {
      MatchResult result = PATTERN.match(graph, scope::constant, node);
      if (result instanceof MatchResult.Match match) {
        Node layer = match.node("layer");
        ChannelAffine affine = affine(node, layer, match.constant("operand"), scope);
        if (affine != null && affine.obstacle(layer, scope) == null && touched.add(layer.name())) {
          editor.remove(node.name());
          affine.fold(layer, node.output(0), scope, editor);
        }
      }
    }
    return touched.isEmpty() ? graph : editor.removeUnused().build();
  }

  /** The operand as factors or offsets; null when it is not one for each channel. */
  private static @Nullable ChannelAffine affine(
      Node node, Node layer, Tensor operand, Scope scope) {
    Tensor weight = scope.constant(layer.input(1));
    if (weight == null || weight.rank() < 2 || operand.rank() > weight.rank()) {
      return null;
    }
    int channels =
        layer.is("Conv")
            ? (int) weight.dimension(0)
            : (int) (weight.dimension(1) * layer.intAttribute("group", 1));
    int channelAxis = operand.rank() - weight.rank() + 1;
    boolean perChannel = channelAxis >= 0 && operand.size() == operand.dimension(channelAxis);
    if (operand.size() != 1 && !(perChannel && operand.size() == channels)) {
      return null;
    }
    double[] values = operand.toDoubles();
    if (values.length == 1) {
      double value = values[0];
      values = new double[channels];
      Arrays.fill(values, value);
    }
    double[] neutral = new double[channels];
    Arrays.fill(neutral, node.is("Mul") ? 0 : 1);
    return node.is("Mul") ? new ChannelAffine(values, neutral) : new ChannelAffine(neutral, values);
  }
}
