package io.nncf4j.formats.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Loops of frames, arrays of tensors, parts of pictures; {@code oracles/tensorflow} compares larger
 * ones.
 */
class ArraysTest {
  private static final int FLOAT = 1;

  @TempDir Path folder;

  private static byte[] input(String name, long... shape) {
    return GraphBytes.node(
        name,
        "Placeholder",
        new String[0],
        GraphBytes.type("dtype", FLOAT),
        GraphBytes.shape("shape", shape));
  }

  private static byte[] node(String name, String operator, String... inputs) {
    return GraphBytes.node(name, operator, inputs);
  }

  private static byte[] enter(String name, String of) {
    return GraphBytes.node(
        name, "Enter", new String[] {of}, GraphBytes.text("frame_name", "frame"));
  }

  private static byte[] array(String name, String size) {
    return GraphBytes.node(
        name, "TensorArrayV3", new String[] {size}, GraphBytes.type("dtype", FLOAT));
  }

  private Model read(byte[] graph) throws IOException {
    Path file = folder.resolve("small.pb");
    Files.write(file, graph);
    Model model = new TensorFlowReader().read(file);
    assertThat(Verifier.STANDARD.verify(model)).isEmpty();
    assertThat(ShapeInference.analyse(model).findings()).isEmpty();
    return model;
  }

  /**
   * {@code for (i = 0; i < 3; i++) { x = x + x; array[i] = x }}, then what {@code end} makes of it.
   *
   * @param step by how much i grows
   */
  private static byte[] loop(int step, byte[]... end) {
    byte[][] nodes = {
      input("x", 2),
      GraphBytes.integer("zero", 0),
      GraphBytes.integer("three", 3),
      GraphBytes.integer("step", step),
      GraphBytes.integers("all", new long[] {3}, 0, 1, 2),
      array("array", "three"),
      enter("enter_i", "zero"),
      enter("enter_x", "x"),
      enter("enter_flow", "array:1"),
      enter("enter_three", "three"),
      enter("enter_array", "array"),
      node("i", "Merge", "enter_i", "next_i"),
      node("now", "Merge", "enter_x", "next_x"),
      node("flow", "Merge", "enter_flow", "next_flow"),
      node("less", "Less", "i", "enter_three"),
      node("more", "LoopCond", "less"),
      node("switch_i", "Switch", "i", "more"),
      node("switch_x", "Switch", "now", "more"),
      node("switch_flow", "Switch", "flow", "more"),
      node("index", "Identity", "switch_i:1"),
      node("sum", "Add", "switch_x:1", "switch_x:1"),
      node("unused", "Neg", "switch_x:1"),
      node("write", "TensorArrayWriteV3", "enter_array", "index", "sum", "switch_flow:1"),
      node("add", "Add", "index", "step"),
      node("next_i", "NextIteration", "add"),
      node("next_x", "NextIteration", "sum"),
      node("next_flow", "NextIteration", "write"),
      node("exit", "Exit", "switch_flow")
    };
    byte[][] all = java.util.Arrays.copyOf(nodes, nodes.length + end.length);
    System.arraycopy(end, 0, all, nodes.length, end.length);
    return GraphBytes.graph(all);
  }

  /** Graphs with loops and arrays, for others to damage. */
  static List<byte[]> graphs() {
    return List.of(
        loop(1, node("y", "TensorArrayGatherV3", "array", "all", "exit")),
        loop(1, node("y", "TensorArrayConcatV3", "array", "exit")),
        crop(3, "bilinear"));
  }

  @Test
  void aLoopStacksWhatItWrites() throws IOException {
    Model model = read(graphs().get(0));
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    assertThat(model.graph().nodes()).extracting(Node::type).contains("Loop");
    assertThat(model.graph().outputs()).hasSize(1);
    Tensor found = Running.run(model, Tensor.ofFloats(new float[] {1, 2}, 2)).get(0);
    assertThat(found).isEqualTo(Tensor.ofFloats(new float[] {2, 4, 4, 8, 8, 16}, 3, 2));
  }

  @Test
  void whatIsOnlyJoinedGrowsFromTurnToTurn() throws IOException {
    Model model = read(graphs().get(1));
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    Tensor found = Running.run(model, Tensor.ofFloats(new float[] {1, 2}, 2)).get(0);
    assertThat(found).isEqualTo(Tensor.ofFloats(new float[] {2, 4, 4, 8, 8, 16}, 6));
  }

  @Test
  void elementsInAnotherOrderAreListed() throws IOException {
    Model model = read(loop(2, node("y", "TensorArrayGatherV3", "array", "all", "exit")));
    assertThat(ForeignNodes.list(model.graph()).toString())
        .contains("another order than 0, 1, 2, ...");
  }

  @Test
  void elementsWrittenOneByOneAreReadAndJoined() throws IOException {
    Model model =
        read(
            GraphBytes.graph(
                input("x", 2),
                GraphBytes.integer("zero", 0),
                GraphBytes.integer("one", 1),
                GraphBytes.integer("two", 2),
                array("array", "two"),
                node("twice", "Add", "x", "x"),
                node("first", "TensorArrayWriteV3", "array", "zero", "x", "array:1"),
                node("both", "TensorArrayWriteV3", "array", "one", "twice", "first"),
                node("read", "TensorArrayReadV3", "array", "one", "both"),
                node("size", "TensorArraySizeV3", "array", "both"),
                node("joined", "TensorArrayConcatV3", "array", "both")));
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    List<Tensor> found = Running.run(model, Tensor.ofFloats(new float[] {1, 2}, 2));
    assertThat(found)
        .containsExactly(
            Tensor.ofFloats(new float[] {2, 4}, 2),
            Tensor.ofInts(new int[] {2}),
            Tensor.ofFloats(new float[] {1, 2, 2, 4}, 4));
  }

  @Test
  void aListIsATensor() throws IOException {
    Model model =
        read(
            GraphBytes.graph(
                input("x", 3, 2),
                GraphBytes.integers("shape", new long[] {1}, 2),
                GraphBytes.integer("one", 1),
                node("list", "TensorListFromTensor", "x", "shape"),
                node("item", "TensorListGetItem", "list", "one", "shape"),
                node("length", "TensorListLength", "list"),
                node("all", "TensorListStack", "list", "shape")));
    Tensor x = Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    assertThat(Running.run(model, x))
        .containsExactly(Tensor.ofFloats(new float[] {3, 4}, 2), Tensor.ofInts(new int[] {3}), x);
  }

  @Test
  void symmetricPaddingRepeatsTheEdge() throws IOException {
    Model model =
        read(
            GraphBytes.graph(
                input("x", 3),
                GraphBytes.integers("pads", new long[] {1, 2}, 2, 1),
                GraphBytes.node(
                    "y",
                    "MirrorPad",
                    new String[] {"x", "pads"},
                    GraphBytes.text("mode", "SYMMETRIC"))));
    Tensor found = Running.run(model, Tensor.ofFloats(new float[] {1, 2, 3}, 3)).get(0);
    assertThat(found.toFloats()).containsExactly(2, 1, 1, 2, 3, 3);
  }

  private static byte[] crop(int size, String method) {
    return GraphBytes.graph(
        input("x", 1, 3, 4, 1),
        input("boxes", 2, 4),
        GraphBytes.integers("pictures", new long[] {2}, 0, 0),
        GraphBytes.integers("size", new long[] {2}, size, 1),
        GraphBytes.node(
            "y",
            "CropAndResize",
            new String[] {"x", "boxes", "pictures", "size"},
            GraphBytes.text("method", method),
            GraphBytes.real("extrapolation_value", -5)));
  }

  /** Element (row, column) of the picture is 10 row + column: places can be read from values. */
  @Test
  void partsOfAPictureAreTakenWhereTensorFlowTakesThem() throws IOException {
    Tensor picture =
        Tensor.ofFloats(new float[] {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23}, 1, 3, 4, 1);
    Tensor boxes = Tensor.ofFloats(new float[] {0.25f, 0, 1, 1, 0.5f, 0.5f, 1.5f, 1}, 2, 4);
    Tensor between = Running.run(read(crop(3, "bilinear")), picture, boxes).get(0);
    assertThat(between.shape()).containsExactly(2, 3, 1, 1);
    // Rows 0.5, 1.25, 2 of column 1.5; rows 1, 2, 3 of column 2.25, the last outside.
    assertThat(between.toFloats()).containsExactly(6.5f, 14, 21.5f, 12.25f, 22.25f, -5);
    Tensor nearest = Running.run(read(crop(3, "nearest")), picture, boxes).get(0);
    assertThat(nearest.toFloats()).containsExactly(12, 12, 22, 12, 22, -5);
    Tensor single = Running.run(read(crop(1, "bilinear")), picture, boxes).get(0);
    assertThat(single.toFloats()).containsExactly(14, 22.25f);
  }

  /** Damaged files asked for crops that no memory holds. */
  @Test
  void aCropOfAHugeSideIsListed() throws IOException {
    assertThat(ForeignNodes.list(read(crop(1_000_000_000, "bilinear")).graph()).toString())
        .contains("its size is [1000000000, 1]; expected a height and a width from 1 to 65536");
  }
}
