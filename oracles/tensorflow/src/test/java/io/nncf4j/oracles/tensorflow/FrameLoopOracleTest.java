package io.nncf4j.oracles.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/** Loops of frames and arrays of TensorFlow 1, against TensorFlow. */
class FrameLoopOracleTest {
  @TempDir Path folder;

  private static Output<?> less(SmallGraph g, Output<?> one, Output<?> other) {
    return g.op("Less", one, other).out();
  }

  private static Output<?> plus(SmallGraph g, Output<?> one, Output<?> other) {
    return g.op("AddV2", one, other).out();
  }

  private static Output<?> picture(SmallGraph g) {
    return g.op("MaxPool", g.input(1, 12, 10, 3))
        .list("ksize", 1, 2, 2, 1)
        .list("strides", 1, 2, 2, 1)
        .with("padding", "SAME")
        .out();
  }

  private static Operation array(SmallGraph g, Output<?> size, boolean grows) {
    return g.op("TensorArrayV3", size)
        .with("dtype", DataType.DT_FLOAT)
        .with("dynamic_size", grows)
        .build();
  }

  private static Output<?> write(
      SmallGraph g, Output<?> array, Output<?> index, Output<?> value, Output<?> flow) {
    return g.op("TensorArrayWriteV3", array, index, value, flow).out();
  }

  private static Output<?> gather(SmallGraph g, Operation array, Output<?> flow) {
    Output<?> size = g.op("TensorArraySizeV3", array.output(0), flow).out();
    Output<?> all = g.op("Range", g.number(0), size, g.number(1)).out();
    return g.op("TensorArrayGatherV3", array.output(0), all, flow)
        .with("dtype", DataType.DT_FLOAT)
        .out();
  }

  /** {@code while (i < n) { x = relu(conv(x, w)); means[i] = mean(x); i++ }}, both come out. */
  @Test
  void aLoopOnPicturesFillsAnArray() throws IOException {
    try (SmallGraph g = new SmallGraph()) {
      FrameLoop loops = new FrameLoop(g);
      Output<?> weights = g.weights(3, 3, 3, 3);
      Operation means = array(g, g.number(3), false);
      Output<?> limit = g.number(3);
      Output<?> axes = g.list(1, 2);
      Output<?>[] out =
          loops.loop(
              "frame",
              new Output<?>[] {g.number(0), picture(g), means.output(1)},
              now -> less(g, now[0], loops.invariant("frame", limit)),
              now -> {
                Output<?> convolved =
                    g.op("Conv2D", now[1], loops.invariant("frame", weights))
                        .list("strides", 1, 1, 1, 1)
                        .with("padding", "SAME")
                        .out();
                Output<?> next = g.op("Relu", convolved).out();
                Output<?> mean = g.op("Mean", next, loops.invariant("frame", axes)).out();
                Output<?> handle = loops.invariant("frame", means.output(0));
                return new Output<?>[] {
                  plus(g, now[0], loops.constant(now[0], 1)),
                  next,
                  write(g, handle, now[0], mean, now[2])
                };
              });
      Output<?> last = g.op("Sum", out[1], axes).out();
      Model model = check(g, loops, plus(g, gather(g, means, out[2]), last));
      Node loop =
          model.graph().nodes().stream().filter(each -> each.is("Loop")).findFirst().orElseThrow();
      assertThat(loop.graphAttribute("body").nodes())
          .extracting(Node::type)
          .contains("Conv")
          .doesNotContain("Transpose");
    }
  }

  /** A recurrent layer: {@code h = tanh(x[i] w + h); y[i] = h}. */
  @Test
  void aLoopReadsOneArrayAndFillsAnother() throws IOException {
    try (SmallGraph g = new SmallGraph()) {
      FrameLoop loops = new FrameLoop(g);
      Output<?> weights = g.weights(4, 4);
      Output<?> size = g.number(5);
      Operation from = array(g, size, false);
      Operation to = array(g, size, false);
      Output<?> all = g.op("Range", g.number(0), size, g.number(1)).out();
      Output<?> filled =
          g.op("TensorArrayScatterV3", from.output(0), all, g.input(5, 2, 4), from.output(1)).out();
      Output<?>[] out =
          loops.loop(
              "frame",
              new Output<?>[] {g.number(0), g.input(2, 4), to.output(1)},
              now -> less(g, now[0], loops.invariant("frame", size)),
              now -> {
                Output<?> read =
                    g.op(
                            "TensorArrayReadV3",
                            loops.invariant("frame", from.output(0)),
                            now[0],
                            loops.invariant("frame", filled))
                        .with("dtype", DataType.DT_FLOAT)
                        .out();
                Output<?> product = g.op("MatMul", read, loops.invariant("frame", weights)).out();
                Output<?> next = g.op("Tanh", plus(g, product, now[1])).out();
                Output<?> handle = loops.invariant("frame", to.output(0));
                return new Output<?>[] {
                  plus(g, now[0], loops.constant(now[0], 1)),
                  next,
                  write(g, handle, now[0], next, now[2])
                };
              });
      check(g, loops, plus(g, gather(g, to, out[2]), out[1]));
    }
  }

  /** Elements of 1, 2, 3, 4 rows, joined; also none at all. */
  @Test
  void elementsOfDifferentLengthsAreJoined() throws IOException {
    for (int turns : new int[] {4, 1}) {
      try (SmallGraph g = new SmallGraph()) {
        FrameLoop loops = new FrameLoop(g);
        Operation rows = array(g, g.number(0), true);
        Output<?> most = g.integers(turns, turns + 1);
        Output<?>[] out =
            loops.loop(
                "frame",
                new Output<?>[] {g.number(0), rows.output(1)},
                now -> less(g, now[0], loops.invariant("frame", most)),
                now -> {
                  Output<?> next = plus(g, loops.constant(now[0], 1), now[0]);
                  Output<?> numbers =
                      g.op("Range", loops.constant(now[0], 0), next, loops.constant(now[0], 1))
                          .out();
                  Output<?> value = g.op("Cast", numbers).with("DstT", DataType.DT_FLOAT).out();
                  Output<?> handle = loops.invariant("frame", rows.output(0));
                  return new Output<?>[] {next, write(g, handle, now[0], value, now[1])};
                });
        check(
            g,
            loops,
            g.op("TensorArrayConcatV3", rows.output(0), out[1])
                .with("dtype", DataType.DT_FLOAT)
                .out());
      }
    }
  }

  /** {@code for i < 3: for j < i + 1: sum += x}. */
  @Test
  void aLoopWithinALoop() throws IOException {
    try (SmallGraph g = new SmallGraph()) {
      FrameLoop loops = new FrameLoop(g);
      Output<?> x = g.input(3);
      Output<?> most = g.number(3);
      Output<?>[] out =
          loops.loop(
              "outer",
              new Output<?>[] {g.number(0), g.input(3)},
              now -> less(g, now[0], loops.invariant("outer", most)),
              now -> {
                Output<?> next = plus(g, now[0], loops.constant(now[0], 1));
                Output<?> added = loops.invariant("outer", x);
                Output<?>[] inner =
                    loops.loop(
                        "inner",
                        new Output<?>[] {loops.constant(now[0], 0), now[1]},
                        within -> less(g, within[0], loops.invariant("inner", next)),
                        within ->
                            new Output<?>[] {
                              plus(g, within[0], loops.constant(within[0], 1)),
                              plus(g, within[1], loops.invariant("inner", added))
                            });
                return new Output<?>[] {next, inner[1]};
              });
      check(g, loops, out[1]);
    }
  }

  private static SmallGraph.Draft list(SmallGraph g, String type, Object... inputs) {
    return g.op(type, inputs).with("element_dtype", DataType.DT_FLOAT);
  }

  /** Lists as TensorFlow 2 has them: {@code h = tanh(x[i] + h); y[i] = h}. */
  @Test
  void aLoopReadsOneListAndFillsAnother() throws IOException {
    for (boolean pushes : new boolean[] {false, true}) {
      try (SmallGraph g = new SmallGraph()) {
        FrameLoop loops = new FrameLoop(g);
        Output<?> shape = g.list(-1, 4);
        Output<?> size = g.number(5);
        Output<?> from = list(g, "TensorListFromTensor", g.input(5, 2, 4), shape).out();
        Output<?> to =
            pushes
                ? list(g, "EmptyTensorList", shape, g.number(-1)).out()
                : list(g, "TensorListReserve", shape, size).out();
        Output<?>[] out =
            loops.loop(
                "frame",
                new Output<?>[] {g.number(0), g.input(2, 4), to},
                now -> less(g, now[0], loops.invariant("frame", size)),
                now -> {
                  Output<?> lengths = loops.invariant("frame", shape);
                  Output<?> list = loops.invariant("frame", from);
                  Output<?> item = list(g, "TensorListGetItem", list, now[0], lengths).out();
                  Output<?> next = g.op("Tanh", plus(g, item, now[1])).out();
                  Output<?> filled =
                      pushes
                          ? list(g, "TensorListPushBack", now[2], next).out()
                          : list(g, "TensorListSetItem", now[2], now[0], next).out();
                  return new Output<?>[] {plus(g, now[0], loops.constant(now[0], 1)), next, filled};
                });
        Output<?> all = list(g, "TensorListStack", out[2], shape).out();
        check(g, loops, plus(g, all, out[1]));
      }
    }
  }

  @Test
  void anArrayIsFilledWithoutALoop() throws IOException {
    try (SmallGraph g = new SmallGraph()) {
      FrameLoop loops = new FrameLoop(g);
      Operation array = array(g, g.number(2), false);
      Output<?> one = write(g, array.output(0), g.number(0), g.input(2, 3), array.output(1));
      Output<?> both = write(g, array.output(0), g.number(1), g.input(2, 3), one);
      check(g, loops, gather(g, array, both));
    }
  }

  private Model check(SmallGraph g, FrameLoop loops, Output<?> result) throws IOException {
    String output = g.op("Identity", result).out().op().name();
    GraphDef definition = loops.definition();
    Path file = folder.resolve("small.pb");
    Files.write(file, definition.toByteArray());
    Model model = ModelFiles.read(file);
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    assertThat(model.graph().nodes().stream().filter(node -> node.is("Loop")).count())
        .isEqualTo(Math.min(loops.count(), 1));
    Map<String, Tensor> expected = Original.runGraph(definition, g.inputs, List.of(output));
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
