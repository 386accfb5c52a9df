package io.nncf4j.engines.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.UnsupportedOperatorException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxRuntimeEngineTest {
  private static final SessionOptions OPTIONS = SessionOptions.defaults().withThreads(1);
  private final Engine engine = new OnnxRuntimeEngine();

  /** y = Relu(x + one), with a batch that is open. */
  private static Model addAndRelu() {
    return Model.of(
        GraphEditor.empty("add-and-relu")
            .input(new Value("x", open(DataType.FLOAT32)))
            .constant("one", Tensor.ofFloats(new float[] {1, 1, 1}, 3))
            .add(node("add", "Add", List.of("x", "one"), "sum"))
            .add(node("relu", "Relu", List.of("sum"), "y"))
            .output(new Value("y", open(DataType.FLOAT32)))
            .build());
  }

  private static TensorType open(DataType type) {
    return new TensorType(type, Shape.of(Dimension.symbol("batch"), Dimension.of(3)));
  }

  private static Node node(String name, String type, List<String> inputs, String output) {
    return Node.onnx(name, type, Attributes.NONE, inputs, List.of(output));
  }

  private static Model unary(String type, TensorType in, TensorType out) {
    return Model.of(
        GraphEditor.empty("unary")
            .input(new Value("x", in))
            .add(node("node", type, List.of("x"), "y"))
            .output(new Value("y", out))
            .build());
  }

  private static Tensor direct(Tensor tensor) {
    ByteBuffer data = Tensor.allocateDirect(tensor.dataType(), tensor.size());
    data.put(tensor.data()).flip();
    return Tensor.of(tensor.dataType(), tensor.shape(), data);
  }

  @Test
  void isFoundAsAService() {
    assertThat(ServiceLoader.load(Engine.class))
        .extracting(Engine::name)
        .containsExactly("onnxruntime");
    assertThat(engine.version()).startsWith("1.");
  }

  @Test
  void runsHeapAndDirectInputsOfAnyBatch() {
    try (Session session = engine.compile(addAndRelu(), OPTIONS)) {
      assertThat(session.outputs()).containsExactly("y");
      Tensor x = Tensor.ofFloats(new float[] {-3, 0, 2}, 1, 3);
      assertThat(session.run(Map.of("x", x)).get("y").toFloats()).containsExactly(0, 1, 3);
      assertThat(session.run(Map.of("x", direct(x))).get("y").toFloats()).containsExactly(0, 1, 3);
      Tensor two = Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
      assertThat(session.run(Map.of("x", two)).get("y"))
          .isEqualTo(Tensor.ofFloats(new float[] {2, 3, 4, 5, 6, 7}, 2, 3));
      Tensor none = Tensor.ofFloats(new float[0], 0, 3);
      assertThat(session.run(Map.of("x", none)).get("y")).isEqualTo(none);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "FLOAT64",
        "FLOAT32",
        "FLOAT16",
        "BFLOAT16",
        "INT64",
        "INT32",
        "INT16",
        "INT8",
        "UINT64",
        "UINT32",
        "UINT16",
        "UINT8",
        "BOOL"
      })
  void handsEveryNumericTypeThrough(DataType type) {
    TensorType shape = TensorType.of(type, 2, 2);
    double[] values = {0, 1, type == DataType.BOOL ? 1 : 100, type.isSigned() ? -3 : 1};
    Tensor x = Tensor.ofDoubles(type, values, 2, 2);
    for (boolean reuse : new boolean[] {false, true}) {
      try (Session session =
          engine.compile(unary("Identity", shape, shape), OPTIONS.withReuseOutputs(reuse))) {
        for (int run = 0; run < 3; run++) {
          assertThat(session.run(Map.of("x", x)).get("y")).isEqualTo(x);
        }
      }
    }
  }

  @Test
  void handsTheHighestUnsignedValuesThrough() {
    TensorType type = TensorType.of(DataType.UINT64, 1);
    Tensor x =
        Tensor.of(DataType.UINT64, new long[] {1}, Tensor.ofLongs(new long[] {-1}, 1).data());
    try (Session session = engine.compile(unary("Identity", type, type), OPTIONS)) {
      assertThat(session.run(Map.of("x", x)).get("y")).isEqualTo(x);
    }
  }

  @Test
  void handsStringsThrough() {
    TensorType type = TensorType.of(DataType.STRING, 2);
    Tensor x = Tensor.ofStrings(List.of("a", "grün"), 2);
    try (Session session = engine.compile(unary("Identity", type, type), OPTIONS)) {
      assertThat(session.run(Map.of("x", x)).get("y")).isEqualTo(x);
    }
  }

  @Test
  void refusesPackedInputs() {
    TensorType type = TensorType.of(DataType.INT4, 2);
    assertThatThrownBy(() -> engine.compile(unary("Identity", type, type), OPTIONS))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"x\"")
        .hasMessageContaining("int4");
  }

  @Test
  void handsOutProbesBehindTheOutputs() {
    SessionOptions options = OPTIONS.withProbes(List.of("sum", "one", "x", "y"));
    for (boolean reuse : new boolean[] {false, true}) {
      try (Session session = engine.compile(addAndRelu(), options.withReuseOutputs(reuse))) {
        assertThat(session.outputs()).containsExactly("y", "sum", "one", "x");
        for (int run = 0; run < 3; run++) {
          Map<String, Tensor> outputs =
              session.run(Map.of("x", Tensor.ofFloats(new float[] {-3, 0, run}, 1, 3)));
          assertThat(outputs.keySet()).containsExactly("y", "sum", "one", "x");
          assertThat(outputs.get("sum").toFloats()).containsExactly(-2, 1, run + 1);
          assertThat(outputs.get("one").toFloats()).containsExactly(1, 1, 1);
          assertThat(outputs.get("x").toFloats()).containsExactly(-3, 0, run);
        }
      }
    }
  }

  @Test
  void refusesToProbeWhatIsNotThere() {
    assertThatThrownBy(() -> engine.compile(addAndRelu(), OPTIONS.withProbes(List.of("nothing"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"nothing\"");
  }

  @Test
  void usesOutputBuffersAgainWhenAllowed() {
    Tensor one = Tensor.ofFloats(new float[] {1, 1, 1}, 1, 3);
    Tensor two = Tensor.ofFloats(new float[] {2, 2, 2}, 1, 3);
    Tensor wide = Tensor.ofFloats(new float[] {2, 2, 2, 3, 3, 3}, 2, 3);
    try (Session session = engine.compile(addAndRelu(), OPTIONS.withReuseOutputs(true))) {
      session.run(Map.of("x", one));
      Tensor second = session.run(Map.of("x", one)).get("y");
      assertThat(second.data().isDirect()).isTrue();
      assertThat(session.run(Map.of("x", two)).get("y")).isSameAs(second);
      assertThat(second.toFloats()).containsExactly(3, 3, 3);
      assertThat(session.run(Map.of("x", wide)).get("y").toFloats())
          .containsExactly(3, 3, 3, 4, 4, 4);
      assertThat(session.run(Map.of("x", two)).get("y").toFloats()).containsExactly(3, 3, 3);
    }
    try (Session session = engine.compile(addAndRelu(), OPTIONS)) {
      Tensor first = session.run(Map.of("x", one)).get("y");
      session.run(Map.of("x", two));
      assertThat(first.toFloats()).as("kept by the caller").containsExactly(2, 2, 2);
    }
  }

  @Test
  void reusesNothingWhoseShapeDependsOnTheContent() {
    Model model =
        unary("NonZero", TensorType.of(DataType.FLOAT32, 3), new TensorType(DataType.INT64, null));
    try (Session session = engine.compile(model, OPTIONS.withReuseOutputs(true))) {
      for (int run = 0; run < 2; run++) {
        for (float[] x : new float[][] {{1, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 0, 0}, {0, 0, 1}}) {
          int count = (int) (x[0] + x[1] + x[2]);
          Tensor y = session.run(Map.of("x", Tensor.ofFloats(x, 3))).get("y");
          assertThat(y.shape()).containsExactly(1, count);
        }
      }
    }
  }

  @Test
  void namesEveryWrongInput() {
    try (Session session = engine.compile(addAndRelu(), OPTIONS)) {
      Tensor x = Tensor.ofFloats(new float[] {1, 2, 3}, 1, 3);
      assertThatThrownBy(() -> session.run(Map.of("z", x)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("input \"x\" (float32[batch, 3]) is missing")
          .hasMessageContaining("there is no input \"z\"; the model takes x");
      assertThatThrownBy(() -> session.run(Map.of("x", x.reshape(3))))
          .hasMessageContaining("input \"x\" takes float32[batch, 3], found float32[3]");
      assertThatThrownBy(() -> session.run(Map.of("x", Tensor.ofInts(new int[3], 1, 3))))
          .hasMessageContaining("found int32[1, 3]");
      assertThatThrownBy(() -> session.run(Map.of("x", Tensor.ofFloats(new float[4], 1, 4))))
          .hasMessageContaining("found float32[1, 4]");
    }
  }

  @Test
  void saysWhatTheRuntimeDoesNotLike() {
    TensorType type = TensorType.of(DataType.FLOAT32, 2);
    assertThatThrownBy(() -> engine.compile(unary("NoSuchOperator", type, type), OPTIONS))
        .isInstanceOf(NncfException.class)
        .hasMessageContaining("ONNX Runtime")
        .hasMessageContaining("\"unary\"")
        .hasMessageContaining("NoSuchOperator");
    Model reshape =
        Model.of(
            GraphEditor.empty("reshape")
                .input(new Value("x", type))
                .input(new Value("shape", TensorType.of(DataType.INT64, 1)))
                .add(node("the-reshape", "Reshape", List.of("x", "shape"), "y"))
                .output(new Value("y", new TensorType(DataType.FLOAT32, null)))
                .build());
    try (Session session = engine.compile(reshape, OPTIONS)) {
      assertThatThrownBy(
              () ->
                  session.run(
                      Map.of(
                          "x", Tensor.ofFloats(new float[] {1, 2}, 2), "shape", Tensor.vector(7))))
          .isInstanceOf(NncfException.class)
          .hasMessageContaining("the-reshape")
          .hasMessageNotContaining("onnxruntime/core")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void listsOperatorsOfThisFramework() {
    TensorType type = TensorType.of(DataType.FLOAT32, 2);
    Model model = unary("Identity", type, type);
    GraphEditor editor = new GraphEditor(model.graph());
    editor.replace(
        editor
            .node("node")
            .withOperator(new OperatorType(OperatorType.NNCF_DOMAIN, "FakeQuantize")));
    assertThatThrownBy(
            () ->
                engine.compile(
                    model.withGraph(editor.build()).withOpset(OperatorType.NNCF_DOMAIN, 1),
                    OPTIONS))
        .isInstanceOf(UnsupportedOperatorException.class)
        .hasMessageContaining("io.nncf4j.FakeQuantize (node \"node\")");
  }

  @Test
  void outputsOutliveTheSessionAndTheSessionClosesTwice() {
    Session session = engine.compile(addAndRelu(), OPTIONS.withReuseOutputs(true));
    Tensor x = Tensor.ofFloats(new float[] {1, 2, 3}, 1, 3);
    session.run(Map.of("x", x));
    Tensor y = session.run(Map.of("x", x)).get("y");
    session.close();
    session.close();
    assertThat(y.toFloats()).containsExactly(2, 3, 4);
    assertThatThrownBy(() -> session.run(Map.of("x", x)))
        .isInstanceOf(NncfException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void showsWhatTheRuntimeFused(@TempDir Path folder) {
    Path file = folder.resolve("optimized.onnx");
    Model model =
        Model.of(
            GraphEditor.empty("two-identities")
                .input(new Value("x", open(DataType.FLOAT32)))
                .add(node("first", "Identity", List.of("x"), "a"))
                .add(node("relu", "Relu", List.of("a"), "b"))
                .add(node("second", "Identity", List.of("b"), "y"))
                .output(new Value("y", open(DataType.FLOAT32)))
                .build());
    new OnnxRuntimeEngine().writeOptimized(model, OPTIONS, file);
    assertThat(ModelFiles.read(file).graph().nodes())
        .extracting(Node::type)
        .containsExactly("Relu");
  }
}
