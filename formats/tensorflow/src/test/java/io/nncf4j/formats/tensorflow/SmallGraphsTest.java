package io.nncf4j.formats.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.reference.Interpreter;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs of a few nodes, made for one question each. */
class SmallGraphsTest {
  @TempDir Path folder;

  private static byte[] input() {
    return GraphBytes.node(
        "x",
        "Placeholder",
        new String[0],
        GraphBytes.type("dtype", 1),
        GraphBytes.shape("shape", 1, 4));
  }

  private static byte[] node(String name, String operator, String... inputs) {
    return GraphBytes.node(name, operator, inputs);
  }

  private Model read(byte[] graph) throws IOException {
    Path file = folder.resolve("small.pb");
    Files.write(file, graph);
    return new TensorFlowReader().read(file);
  }

  private static List<String> types(Model model) {
    return model.graph().nodes().stream().map(Node::type).toList();
  }

  private static byte[] branches(byte[] condition) {
    return GraphBytes.graph(
        input(),
        condition,
        node("switch", "Switch", "x", "training"),
        node("trained", "Tanh", "switch:1"),
        node("run", "Relu", "switch:0"),
        node("merge", "Merge", "run", "trained"),
        node("y", "Neg", "merge"));
  }

  @Test
  void aBranchThatIsNotTakenIsDropped() throws IOException {
    byte[] never =
        GraphBytes.node("training", "Const", new String[0], GraphBytes.flag("value", false));
    Model model = read(branches(never));
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    assertThat(types(model)).containsExactly("Relu", "Neg");
  }

  @Test
  void aBranchThatIsDecidedAtRunTimeIsChosenByAnIf() throws IOException {
    byte[] asked =
        GraphBytes.node(
            "training",
            "Placeholder",
            new String[0],
            GraphBytes.type("dtype", 10),
            GraphBytes.shape("shape"));
    Model model = read(branches(asked));
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    // Neither side is computed unless it is taken.
    assertThat(types(model)).containsExactly("If", "Neg");
    Tensor values = Tensor.ofFloats(new float[] {-2, 0, 1, 3}, 1, 4);
    for (byte trained : new byte[] {0, 1}) {
      Tensor condition = Tensor.ofBytes(DataType.BOOL, new byte[] {trained});
      Tensor[] inputs =
          model.graph().inputs().stream()
              .map(input -> input.name().equals("x") ? values : condition)
              .toArray(Tensor[]::new);
      float last = Running.run(model, inputs).get(0).toFloats()[3];
      assertThat(last).isCloseTo(trained == 1 ? (float) -Math.tanh(3) : -3f, within(1e-6f));
    }
  }

  @Test
  void fakeQuantizersAreKeptAsSuch() throws IOException {
    byte[] quantizer =
        GraphBytes.node(
            "q",
            "FakeQuantWithMinMaxArgs",
            new String[] {"x"},
            GraphBytes.real("min", -1),
            GraphBytes.real("max", 3),
            GraphBytes.number("num_bits", 8));
    Model model = read(GraphBytes.graph(input(), quantizer, node("y", "Relu", "q")));
    Node found = model.graph().nodes().get(0);
    assertThat(found.operator()).isEqualTo(FakeQuantize.OPERATOR);
    assertThat(found.intAttribute("levels", 0)).isEqualTo(256);
    // -1 is moved so that zero is a level: 64 steps of 4 / 255 below it.
    assertThat(model.graph().constant(found.input(1)).floatAt(0)).isEqualTo(-64 * 4f / 255);
  }

  @Test
  void functionsArePutInThePlaceOfTheirCalls() throws IOException {
    byte[] call =
        GraphBytes.node(
            "call", "PartitionedCall", new String[] {"x"}, GraphBytes.function("f", "inner"));
    byte[] graph =
        GraphBytes.withFunction(
            GraphBytes.graph(input(), call, node("y", "Neg", "call")),
            "inner",
            "call:activations:0",
            node("call", "Relu", "x"));
    assertThat(types(read(graph))).containsExactly("Relu", "Neg");
  }

  @Test
  void functionsThatCallThemselvesEnd() {
    byte[] call =
        GraphBytes.node(
            "call", "PartitionedCall", new String[] {"x"}, GraphBytes.function("f", "inner"));
    byte[] graph =
        GraphBytes.withFunction(
            GraphBytes.graph(input(), call, node("y", "Neg", "call")), "inner", "call:0", call);
    assertThatThrownBy(() -> read(graph))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("64 deep");
  }

  @Test
  void aLoopIsListedAndDoesNotHang() throws IOException {
    Model model =
        read(
            GraphBytes.graph(
                input(),
                node("merge", "Merge", "x", "next"),
                node("next", "NextIteration", "merge"),
                node("y", "Neg", "merge")));
    assertThat(ForeignNodes.list(model.graph()).toString()).contains("Merge").contains("next");
  }

  @Test
  void aNegativeIndexGivesNoHotElement() throws IOException {
    Model model =
        read(
            GraphBytes.graph(
                GraphBytes.node(
                    "i",
                    "Placeholder",
                    new String[0],
                    GraphBytes.type("dtype", 3),
                    GraphBytes.shape("shape", 3)),
                GraphBytes.integer("depth", 3),
                GraphBytes.integer("on", 5),
                GraphBytes.integer("off", 1),
                GraphBytes.node(
                    "y",
                    "OneHot",
                    new String[] {"i", "depth", "on", "off"},
                    GraphBytes.type("T", 3),
                    GraphBytes.number("axis", -1))));
    Tensor indices = Tensor.ofDoubles(DataType.INT32, new double[] {-1, 2, 3}, 3);
    List<Tensor> found =
        new Interpreter().run(model.graph(), Map.of(model.graph().inputs().get(0).name(), indices));
    assertThat(found.get(0).toDoubles()).containsExactly(1, 1, 1, 1, 1, 5, 1, 1, 1);
  }

  @Test
  void missingWeightsOfASavedModelAreSaidOnce() throws IOException {
    Path original = SharedFiles.data("models/tensorflow/mnist-conv-savedmodel/saved_model.pb");
    Files.copy(original, folder.resolve("saved_model.pb"));
    assertThatThrownBy(() -> new TensorFlowReader().read(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("variables.index");
  }
}
