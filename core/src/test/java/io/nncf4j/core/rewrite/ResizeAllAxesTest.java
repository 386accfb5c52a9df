package io.nncf4j.core.rewrite;

import static io.nncf4j.core.Graphs.graph;
import static io.nncf4j.core.Graphs.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ResizeAllAxesTest {
  private static final ResizeAllAxes PASS = new ResizeAllAxes();
  private static final Attributes LAST = with("axes", new long[] {2, 3});

  private static Graph fires(Model model) {
    Model typed = ShapeInference.infer(model);
    PassResult result = PASS.apply(typed);
    assertThat(result.hasChanged()).isTrue();
    assertThat(Verifier.STANDARD.verify(result.model())).isEmpty();
    Model after = ShapeInference.infer(result.model());
    assertThat(after.graph().tensorType("y")).isEqualTo(typed.graph().tensorType("y"));
    Judge.doesNotFire(PASS, after);
    return after.graph();
  }

  private static Tensor target(Graph graph, int index) {
    Node resize = graph.producer("y");
    assertThat(resize.attributes().has("axes")).isFalse();
    return graph.constant(resize.input(index));
  }

  @Test
  void sizesOfKnownShapesBecomeSizesOfAllAxes() {
    Model model =
        graph()
            .input("x", 1, 8, 13, 13)
            .constant("sizes", Tensor.vector(26, 20))
            .node("y", "Resize", "x _ _ sizes", LAST)
            .output("y")
            .model();
    assertThat(target(fires(model), 3)).isEqualTo(Tensor.vector(1, 8, 26, 20));
  }

  @Test
  void scalesInAnyOrderBecomeScalesOfAllAxes() {
    Model model =
        graph()
            .input("x", 1, 8, 13, 13)
            .constant("scales", Tensor.ofFloats(new float[] {2, 3}, 2))
            .node("y", "Resize", "x _ scales", with("axes", new long[] {-1, 2}))
            .output("y")
            .model();
    assertThat(target(fires(model), 2)).isEqualTo(Tensor.ofFloats(new float[] {1, 1, 3, 2}, 4));
  }

  @Test
  void lengthsThatAreNotKnownComeFromTheShape() {
    Shape open =
        Shape.of(Dimension.symbol("n"), Dimension.of(8), Dimension.of(13), Dimension.of(13));
    Model model =
        graph()
            .input("x", new TensorType(DataType.FLOAT32, open))
            .constant("sizes", Tensor.vector(26, 20))
            .node("y", "Resize", "x _ _ sizes", LAST)
            .output("y")
            .model();
    Graph graph = fires(model);
    assertThat(graph.nodes()).extracting(Node::type).containsExactly("Shape", "Concat", "Resize");
  }

  @Test
  void whatKeepsTheRatioAndWhatNamesNoAxesStay() {
    Model model =
        graph()
            .input("x", 1, 8, 13, 13)
            .constant("sizes", Tensor.vector(26, 20))
            .constant("scales", Tensor.ofFloats(new float[] {1, 1, 2, 2}, 4))
            .node(
                "y",
                "Resize",
                "x _ _ sizes",
                with("axes", new long[] {2, 3}, "keep_aspect_ratio_policy", "not_larger"))
            .node("z", "Resize", "x _ scales")
            .output("y")
            .output("z")
            .model();
    Judge.doesNotFire(PASS, ShapeInference.infer(model));
  }
}
