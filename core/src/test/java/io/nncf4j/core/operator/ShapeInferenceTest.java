package io.nncf4j.core.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapeInferenceTest {
  private static final Attributes STRIDE_2 =
      Attributes.NONE.with("strides", 2, 2).with("pads", 1, 1, 1, 1);

  @Test
  void convolutionsOverSymbolicImages() {
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", "n", 3, "h", "w")
            .weight("k1", 8, 3, 3, 3)
            .weight("k2", 16, 8, 3, 3)
            .node("Conv", STRIDE_2, "x k1", "y")
            .node("Conv", STRIDE_2, "y k2", "z")
            .node("GlobalAveragePool", "z", "p")
            .node("Flatten", "p", "f")
            .output("f");
    assertThat(builder.infer("y")).isEqualTo("float32[n, 8, (h + 1)/2, (w + 1)/2]");
    assertThat(builder.infer("z")).isEqualTo("float32[n, 16, (h + 3)/4, (w + 3)/4]");
    assertThat(builder.infer("f")).isEqualTo("float32[n, 16]");
  }

  @Test
  void targetsOfReshapeAreFollowed() {
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", "n", "t", 64)
            .constant("zero", Tensor.scalar(0L))
            .constant("one", Tensor.scalar(1L))
            .constant("rest", Tensor.vector(8, -1))
            .constant("axis", Tensor.vector(0))
            .node("Shape", "x", "s")
            .node("Gather", "s zero", "n0")
            .node("Gather", "s one", "t0")
            .node("Unsqueeze", "n0 axis", "n1")
            .node("Unsqueeze", "t0 axis", "t1")
            .node("Concat", Attributes.of("axis", Attribute.of(0)), "n1 t1 rest", "target")
            .node("Reshape", "x target", "heads")
            .node("Transpose", Attributes.NONE.with("perm", 0, 2, 1, 3), "heads", "y")
            .output("y");
    assertThat(builder.infer("y")).isEqualTo("float32[n, 8, t, 8]");
  }

  @Test
  void sizesOfResizeAreFollowedThroughCasts() {
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", 1, 3, "h", "w")
            .constant("two", Tensor.scalar(2f))
            .constant("start", Tensor.vector(2))
            .constant("end", Tensor.vector(4))
            .constant("first", Tensor.vector(1, 3))
            .node("Shape", "x", "s")
            .node("Slice", "s start end", "hw")
            .node("Cast", Attributes.of("to", Attribute.of(1)), "hw", "f")
            .node("Mul", "f two", "m")
            .node("Floor", "m", "fl")
            .node("Cast", Attributes.of("to", Attribute.of(7)), "fl", "i")
            .node("Concat", Attributes.of("axis", Attribute.of(0)), "first i", "sizes")
            .node("Resize", "x _ _ sizes", "y")
            .output("y");
    assertThat(builder.infer("y")).isEqualTo("float32[1, 3, 2*h, 2*w]");
  }

  @Test
  void anUnknownNodeKeepsDeclaredTypes() {
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", 2, 3)
            .node("custom.Magic", "x", "y")
            .node("Relu", "y", "z")
            .declare("y", TensorType.of(DataType.FLOAT32, 5, 7))
            .output("z");
    assertThat(builder.infer("z")).isEqualTo("float32[5, 7]");
  }

  @Test
  void staleInnerTypesAreReplacedAndReported() {
    Model model =
        new GraphBuilder()
            .input("x", 2, 3)
            .node("Relu", "x", "y")
            .node("Relu", "y", "z")
            .declare("y", TensorType.of(DataType.FLOAT32, 9, 9))
            .output("z")
            .model();
    ShapeInference.Result result = ShapeInference.analyse(model);
    assertThat(result.model().graph().tensorType("y")).hasToString("float32[2, 3]");
    assertThat(result.findings()).singleElement().asString().contains("stale-type", "[9, 9]");
  }

  @Test
  void aWrongOutputShapeIsReplacedWithAWarning() {
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", 2, 3)
            .node("Relu", "x", "y")
            .output("y", TensorType.of(DataType.FLOAT32, 2, 4));
    ShapeInference.Result result = ShapeInference.analyse(builder.model());
    assertThat(result.model().graph().outputs()).hasToString("[y: float32[2, 3]]");
    assertThat(result.findings())
        .singleElement()
        .asString()
        .contains("warning wrong-output-shape", "node0", "[2, 4]", "[2, 3]");
  }

  @Test
  void aWrongOutputElementTypeIsRefused() {
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", 2, 3)
            .node("Relu", "x", "y")
            .output("y", TensorType.of(DataType.INT8, 2, 3));
    assertThatThrownBy(() -> ShapeInference.infer(builder.model()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("node0")
        .hasMessageContaining("int8[2, 3]")
        .hasMessageContaining("float32[2, 3]");
  }

  @Test
  void analysisReportsWhatInferenceRefuses() {
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", 2, 3)
            .input("y", 4)
            .node("Add", "x y", "z")
            .node("Relu", "x", "w")
            .output("z")
            .output("w");
    ShapeInference.Result result = ShapeInference.analyse(builder.model());
    assertThat(result.findings()).singleElement().asString().contains("wrong-inputs", "broadcast");
    assertThat(result.model().graph().tensorType("w")).hasToString("float32[2, 3]");
  }

  @Test
  void dimensionsWithoutANameGetOne() {
    GraphBuilder builder =
        new GraphBuilder()
            .input("x", "?", 3, "?", 8)
            .weight("k", 8, 3, 3, 3)
            .node("Conv", STRIDE_2, "x k", "y")
            .output("y");
    assertThat(builder.infer("x")).isEqualTo("float32[x.0, 3, x.2, 8]");
    assertThat(builder.infer("y")).isEqualTo("float32[x.0, 8, (x.2 + 1)/2, 4]");
  }

  @Test
  void inputsThatDoNotFitAreRefusedByName() {
    GraphBuilder builder =
        new GraphBuilder().input("x", 2, 3).input("y", 4).node("Add", "x y", "z").output("z");
    assertThatThrownBy(() -> ShapeInference.infer(builder.model()))
        .isInstanceOf(InputException.class)
        .hasMessage("Node \"node0\" (Add): the shapes [2, 3] and [4] do not broadcast");
  }

  @Test
  void inferringForAnotherShape() {
    Model model =
        new GraphBuilder()
            .input("x", "n", 3)
            .node("Relu", "x", "y")
            .output("y", new TensorType(DataType.FLOAT32, GraphBuilder.shape("n", 3)))
            .model();
    Model fixed = ShapeInference.inferFor(model, Map.of("x", Shape.of(5, 3)));
    assertThat(fixed.graph().outputs().get(0).type()).hasToString("float32[5, 3]");
    assertThatThrownBy(() -> ShapeInference.inferFor(model, Map.of("z", Shape.of(5))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"z\"");
  }

  @Test
  void inferenceIsIdempotent() {
    Model model =
        new GraphBuilder()
            .input("x", "n", 3, "h", "w")
            .weight("k", 8, 3, 3, 3)
            .node("Conv", STRIDE_2, "x k", "y")
            .node("Shape", "y", "s")
            .node("NonZero", "y", "i")
            .node("Reshape", "y s", "z")
            .output("z")
            .output("i")
            .model();
    Model once = ShapeInference.infer(model);
    assertThat(ShapeInference.infer(once)).isEqualTo(once);
  }

  @Test
  void tenThousandNodes() {
    GraphBuilder builder = new GraphBuilder().input("x0", "n", "h");
    for (int index = 0; index < 10_000; index++) {
      builder.node("Add", "x" + index + " x" + index, "x" + (index + 1));
    }
    assertThat(builder.output("x10000").infer("x10000")).isEqualTo("float32[n, h]");
  }

  @Test
  void growingExpressionsEnd() {
    GraphBuilder builder = new GraphBuilder().input("x0", "a", "b");
    Attributes axis = Attributes.of("axis", Attribute.of(0));
    for (int index = 0; index < 200; index++) {
      String next = "x" + (index + 1);
      builder
          .node("Concat", axis, "x" + index + " x" + index, "c" + index)
          .node("Flatten", Attributes.of("axis", Attribute.of(0)), "c" + index, "f" + index)
          .node("Concat", axis, "f" + index + " f" + index, next);
    }
    assertThat(builder.output("x200").infer("x200")).startsWith("float32[");
  }
}
