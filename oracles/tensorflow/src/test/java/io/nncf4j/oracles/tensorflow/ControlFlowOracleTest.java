package io.nncf4j.oracles.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.StatelessIf;
import org.tensorflow.op.core.StatelessWhile;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Branches and loops that are decided while running, against TensorFlow. */
class ControlFlowOracleTest {
  @TempDir Path folder;

  private static Placeholder<TFloat32> values(Ops ops, long... shape) {
    return ops.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
  }

  private static Output<?> picture(SmallGraph g) {
    return g.op("Conv2D", g.input(1, 6, 5, 3), g.weights(3, 3, 3, 3))
        .list("strides", 1, 1, 1, 1)
        .with("padding", "SAME")
        .out();
  }

  /** A convolution and an activation; the weights come as an argument. */
  private static ConcreteFunction convolution(String activation) {
    return ConcreteFunction.create(
        ops -> {
          Placeholder<TFloat32> picture = values(ops, 1, 6, 5, 3);
          Placeholder<TFloat32> weights = values(ops, 3, 3, 3, 3);
          Operand<TFloat32> convolved =
              ops.nn.conv2d(picture, weights, List.of(1L, 1L, 1L, 1L), "SAME");
          Operand<TFloat32> result =
              activation.equals("relu") ? ops.nn.relu(convolved) : ops.math.tanh(convolved);
          return Signature.builder()
              .input("picture", picture)
              .input("weights", weights)
              .output("result", result)
              .build();
        });
  }

  @Test
  void aBranchOnPicturesIsAnIfWithoutTransposes() throws IOException {
    for (boolean taken : new boolean[] {true, false}) {
      try (SmallGraph g = new SmallGraph();
          ConcreteFunction relu = convolution("relu");
          ConcreteFunction tanh = convolution("tanh")) {
        Output<?> first = picture(g);
        Output<?> asked = g.truths();
        StatelessIf branch =
            StatelessIf.create(
                g.ops.scope(),
                asked,
                List.of(first, g.weights(3, 3, 3, 3)),
                List.of(TFloat32.class),
                relu,
                tanh);
        g.inputs.put(
            asked.op().name(), Tensor.ofBytes(DataType.BOOL, new byte[] {(byte) (taken ? 1 : 0)}));
        Model model = check(g, g.op("Neg", branch.output().get(0)).out());
        assertThat(model.graph().nodes())
            .extracting(Node::type)
            .contains("If")
            .doesNotContain("Transpose");
        Node node =
            model.graph().nodes().stream().filter(each -> each.is("If")).findFirst().orElseThrow();
        assertThat(node.graphAttribute("then_branch").nodes())
            .extracting(Node::type)
            .contains("Conv", "Relu")
            .doesNotContain("Transpose");
      }
    }
  }

  /**
   * {@code while (count < limit) { x = relu(conv(x, w)); sum = concat(sum, mean(x)); count++ }}.
   */
  @Test
  void aLoopHoldsItsStateInItsLayoutAndPassesWeightsAround() throws IOException {
    for (int limit : new int[] {0, 1, 3}) {
      try (SmallGraph g = new SmallGraph();
          ConcreteFunction goesOn =
              ConcreteFunction.create(
                  ops -> {
                    Placeholder<TInt32> count =
                        ops.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
                    Placeholder<TInt32> most =
                        ops.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
                    Placeholder<TFloat32> picture = values(ops, 1, 6, 5, 3);
                    Placeholder<TFloat32> weights = values(ops, 3, 3, 3, 3);
                    Placeholder<TFloat32> means = values(ops, -1, 3);
                    return Signature.builder()
                        .input("count", count)
                        .input("most", most)
                        .input("picture", picture)
                        .input("weights", weights)
                        .input("means", means)
                        .output("more", ops.math.less(count, most))
                        .build();
                  });
          ConcreteFunction turn =
              ConcreteFunction.create(
                  ops -> {
                    Placeholder<TInt32> count =
                        ops.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
                    Placeholder<TInt32> most =
                        ops.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
                    Placeholder<TFloat32> picture = values(ops, 1, 6, 5, 3);
                    Placeholder<TFloat32> weights = values(ops, 3, 3, 3, 3);
                    Placeholder<TFloat32> means = values(ops, -1, 3);
                    Operand<TFloat32> next =
                        ops.nn.relu(
                            ops.nn.conv2d(picture, weights, List.of(1L, 1L, 1L, 1L), "SAME"));
                    Operand<TFloat32> mean = ops.math.mean(next, ops.constant(new int[] {1, 2}));
                    return Signature.builder()
                        .input("count", count)
                        .input("most", most)
                        .input("picture", picture)
                        .input("weights", weights)
                        .input("means", means)
                        .output("count_out", ops.math.add(count, ops.constant(1)))
                        .output("most_out", ops.identity(most))
                        .output("picture_out", next)
                        .output("weights_out", ops.identity(weights))
                        .output("means_out", ops.concat(List.of(means, mean), ops.constant(0)))
                        .build();
                  })) {
        Output<TInt32> most = g.integers(limit, limit + 1);
        StatelessWhile loop =
            StatelessWhile.create(
                g.ops.scope(),
                List.of(g.number(0), most, picture(g), g.weights(3, 3, 3, 3), g.input(1, 3)),
                goesOn,
                turn);
        Model model = check(g, loop.output().get(4));
        Node node =
            model.graph().nodes().stream()
                .filter(each -> each.is("Loop"))
                .findFirst()
                .orElseThrow();
        assertThat(node.outputs()).hasSize(3);
        assertThat(node.graphAttribute("body").nodes())
            .extracting(Node::type)
            .contains("Conv")
            .doesNotContain("Transpose");
      }
    }
  }

  /** As graphs of TensorFlow 1 have them: one inside of the other, one side a constant. */
  @Test
  void branchesOfSwitchAndMergeAreChosenByAnIf() throws IOException {
    for (int sides = 0; sides < 4; sides++) {
      try (SmallGraph g = new SmallGraph()) {
        Output<?> outer = g.truths();
        Output<?> inner = g.truths();
        g.inputs.put(
            outer.op().name(), Tensor.ofBytes(DataType.BOOL, new byte[] {(byte) (sides & 1)}));
        g.inputs.put(
            inner.op().name(), Tensor.ofBytes(DataType.BOOL, new byte[] {(byte) (sides >> 1)}));
        Output<?> asked = g.op("Identity", outer).out();
        var parted = g.op("Switch", picture(g), asked).build();
        Output<?> innerAsked = g.op("Switch", inner, asked).out(1);
        var again = g.op("Switch", parted.output(1), innerAsked).build();
        Output<?> relu = g.op("Relu", again.output(0)).out();
        Output<?> tanh = g.op("Tanh", again.output(1)).out();
        Output<?> joined = g.op("Merge", (Object) new Output<?>[] {relu, tanh}).out();
        Output<?> neg = g.op("Neg", parted.output(0)).out();
        Output<?> all = g.op("Merge", (Object) new Output<?>[] {neg, joined}).out();
        Model model = check(g, g.op("Square", all).out());
        assertThat(model.graph().nodes()).extracting(Node::type).doesNotContain("Transpose");
      }
    }
  }

  private Model check(SmallGraph g, Output<?> result) throws IOException {
    String output = g.op("Identity", result).out().op().name();
    Path file = folder.resolve("small.pb");
    Files.write(file, g.graph.toGraphDef().toByteArray());
    Model model = ModelFiles.read(file);
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    Map<String, Tensor> expected =
        Original.runGraph(g.graph.toGraphDef(), g.inputs, List.of(output));
    for (String name : List.of("written.onnx", "written.xml")) {
      Path written = folder.resolve(name);
      List<Path> files = ModelFiles.write(model, written, true);
      Comparison.assertClose(Comparison.run(ModelFiles.read(written), g.inputs), expected, 1e-5);
      for (Path each : files) {
        Files.delete(each);
      }
    }
    return model;
  }
}
