package io.nncf4j.core.rewrite;

import static io.nncf4j.core.pattern.NodePattern.node;
import static io.nncf4j.core.pattern.ValuePattern.constant;

import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.pattern.MatchResult;
import io.nncf4j.core.pattern.NodePattern;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Folds batch normalization into the layer before it.
 *
 * <pre>
 *   x -- Conv(W, b) -- BatchNormalization(s, B, m, v) -- y
 *
 *   x -- Conv(W', b') -- y        W'[c] = W[c] f[c]      f = s / sqrt(v + epsilon)
 *                                 b'[c] = (b[c] - m[c]) f[c] + B[c]
 * </pre>
 *
 * <p>The layer is a Conv, ConvTranspose, Gemm or MatMul (which becomes a Gemm) with constant
 * weights, and nobody else reads its output; the normalization is in inference form with constant
 * parameters. Computed in double precision and rounded once. Normalizations that stay are named in
 * findings with the reason. Ioffe and Szegedy 2015, section 3.1.
 */
public record FoldBatchNormalization() implements Pass {
  private static final NodePattern PATTERN =
      node("BatchNormalization")
          .attribute("training_mode", 0, 0)
          .where(
              "its running moments are read",
              found -> found.output(1).isEmpty() && found.output(2).isEmpty())
          .input(0, node(ChannelAffine.LAYERS).as("layer").singleUse())
          .input(1, constant("scale"))
          .input(2, constant("bias"))
          .input(3, constant("mean"))
          .input(4, constant("variance"));

  @Override
  public PassResult apply(Model model) {
    return Scope.rewrite(model, FoldBatchNormalization::fold);
  }

  private static Graph fold(Scope scope) {
    Graph graph = scope.graph();
    while (true) {
      List<Finding> kept = new ArrayList<>();
      Graph folded = foldOnce(scope.of(graph), kept);
      if (folded == graph) {
        kept.forEach(scope::report);
        return graph;
      }
      graph = folded;
    }
  }

  private static Graph foldOnce(Scope scope, List<Finding> kept) {
    Graph graph = scope.graph();
    GraphEditor editor = scope.editor();
    boolean changed = false;
    for (Node norm : graph.nodes()) {
      if (!norm.is("BatchNormalization")) {
        continue;
      }
      String obstacle;
      MatchResult result = PATTERN.match(graph, scope::constant, norm);
      if (result instanceof MatchResult.Match match) {
        ChannelAffine affine = affine(norm, match);
        Node layer = match.node("layer");
        obstacle = affine.obstacle(layer, scope);
        if (obstacle == null) {
          editor.remove(norm.name());
          affine.fold(layer, norm.output(0), scope, editor);
          changed = true;
        }
      } else {
        obstacle = result.toString();
      }
      if (obstacle != null) {
        kept.add(
            Finding.information(
                "batch-normalization-kept", "not folded, because " + obstacle, norm.name()));
      }
    }
    return changed ? editor.removeUnused().build() : graph;
  }

  private static ChannelAffine affine(Node norm, MatchResult.Match match) {
    Tensor scale = match.constant("scale");
    double epsilon = norm.floatAttribute("epsilon", 1e-5f);
    double[] factors = new double[scale.size()];
    double[] offsets = new double[scale.size()];
    for (int channel = 0; channel < factors.length; channel++) {
      factors[channel] =
          scale.doubleAt(channel)
              / Math.sqrt(match.constant("variance").doubleAt(channel) + epsilon);
      offsets[channel] =
          match.constant("bias").doubleAt(channel)
              - match.constant("mean").doubleAt(channel) * factors[channel];
    }
    return new ChannelAffine(factors, offsets);
  }
}
