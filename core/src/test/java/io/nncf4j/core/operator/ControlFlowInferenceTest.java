package io.nncf4j.core.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ControlFlowInferenceTest {
  private static Attributes body(Graph body) {
    return Attributes.of("body", Attribute.of(body));
  }

  private static GraphBuilder loopBody() {
    return new GraphBuilder().untyped("i").untyped("go").node("Identity", "go", "on").output("on");
  }

  @Test
  void aLoopKeepsWhatDoesNotChange() {
    Graph body = loopBody().untyped("v").node("Relu", "v", "w").output("w").output("w").graph();
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", "n", 3)
            .constant("trips", Tensor.scalar(7L))
            .node("Loop", body(body), "trips _ x", "last all")
            .output("last")
            .output("all");
    assertThat(builder.infer("last")).isEqualTo("float32[n, 3]");
    assertThat(builder.infer("all")).isEqualTo("float32[7, n, 3]");
    Model typed = ShapeInference.infer(builder.model());
    Node loop = Objects.requireNonNull(typed.graph().node("node0"));
    assertThat(loop.graphAttribute("body").value("w").type()).hasToString("float32[n, 3]");
    assertThat(loop.graphAttribute("body").value("i").type()).hasToString("int64[]");
  }

  @Test
  void aLoopForgetsWhatGrows() {
    Graph body =
        loopBody()
            .untyped("v")
            .node("Concat", Attributes.of("axis", Attribute.of(0)), "v v", "w")
            .output("w")
            .graph();
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", 1, 3)
            .constant("trips", Tensor.scalar(7L))
            .node("Loop", body(body), "trips _ x", "last")
            .output("last");
    assertThat(builder.infer("last")).isEqualTo("float32[?, 3]");
  }

  @Test
  void aLoopForgetsARankThatGrows() {
    Graph body =
        loopBody()
            .untyped("v")
            .constant("axis", Tensor.vector(0))
            .node("Unsqueeze", "v axis", "w")
            .output("w")
            .graph();
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", 1, 3)
            .constant("trips", Tensor.scalar(7L))
            .node("Loop", body(body), "trips _ x", "last")
            .output("last");
    assertThat(builder.infer("last")).isEqualTo("float32[...]");
  }

  @Test
  void aLoopThatMayEndEarlierHasAnOpenTripCount() {
    Graph body =
        new GraphBuilder()
            .untyped("i")
            .untyped("go")
            .untyped("v")
            .node("Not", "go", "on")
            .node("Relu", "v", "w")
            .output("on")
            .output("w")
            .output("w")
            .graph();
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", 3)
            .constant("trips", Tensor.scalar(7L))
            .node("Loop", body(body), "trips _ x", "last all")
            .output("all");
    assertThat(builder.infer("all")).isEqualTo("float32[all#0, 3]");
  }

  @Test
  void branchesGiveWhatTheyShare() {
    Graph two = new GraphBuilder().node("Concat", axis0(), "x x", "a").output("a").graph();
    Graph three = new GraphBuilder().node("Concat", axis0(), "x x x", "b").output("b").graph();
    Attributes branches =
        Attributes.of("then_branch", Attribute.of(two)).with("else_branch", Attribute.of(three));
    GraphBuilder open =
        new GraphBuilder()
            .input("x", 4, 5)
            .input("cond", DataType.BOOL)
            .node("If", branches, "cond", "y")
            .output("y");
    assertThat(open.infer("y")).isEqualTo("float32[?, 5]");
    GraphBuilder decided =
        new GraphBuilder()
            .input("x", 4, 5)
            .constant("cond", Tensor.ofBytes(DataType.BOOL, new byte[] {1}))
            .node("If", branches, "cond", "y")
            .output("y");
    assertThat(decided.infer("y")).isEqualTo("float32[8, 5]");
  }

  private static Attributes axis0() {
    return Attributes.of("axis", Attribute.of(0));
  }

  @Test
  void scanStacksAlongItsAxis() {
    Graph body =
        new GraphBuilder()
            .untyped("state")
            .untyped("row")
            .node("Add", "state row", "next")
            .node("Identity", "next", "copy")
            .output("next")
            .output("copy")
            .graph();
    GraphBuilder builder =
        new GraphBuilder()
            .input("s", 5)
            .input("x", "t", 5)
            .node("Scan", body(body).with("num_scan_inputs", 1), "s x", "last all")
            .output("all");
    assertThat(builder.infer("all")).isEqualTo("float32[t, 5]");
  }

  @Test
  void aBodyThatDoesNotFitIsRefused() {
    Graph body = loopBody().graph();
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", 3)
            .constant("trips", Tensor.scalar(7L))
            .node("Loop", body(body), "trips _ x", "last")
            .output("last");
    assertThatThrownBy(() -> ShapeInference.infer(builder.model()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("node0")
        .hasMessageContaining("carries 1 values");
  }

  @Test
  void deeplyNestedLoopsEnd() {
    Graph body = loopBody().untyped("v").node("Concat", axis0(), "v v", "w").output("w").graph();
    for (int depth = 0; depth < 40; depth++) {
      String suffix = Integer.toString(depth);
      body =
          new GraphBuilder()
              .untyped("i" + suffix)
              .untyped("go" + suffix)
              .untyped("v" + suffix)
              .node("Identity", "go" + suffix, "on" + suffix)
              .node("Loop", body(body), "i" + suffix + " _ v" + suffix, "w" + suffix)
              .output("on" + suffix)
              .output("w" + suffix)
              .graph();
    }
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", 1, 3)
            .constant("trips", Tensor.scalar(7L))
            .node("Loop", body(body), "trips _ x", "last")
            .output("last");
    assertThat(ShapeInference.infer(builder.model()).graph().nodes()).hasSize(1);
  }
}
