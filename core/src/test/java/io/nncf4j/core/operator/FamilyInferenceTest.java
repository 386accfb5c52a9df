package io.nncf4j.core.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** One small case or more for each family; whole cases stand in the ONNX operator cases. */
class FamilyInferenceTest {
  private static final Attributes NONE = Attributes.NONE;

  private static GraphBuilder x(Object... shape) {
    return new GraphBuilder().input("x", shape);
  }

  private static void refused(GraphBuilder builder, String... parts) {
    assertThatThrownBy(() -> ShapeInference.infer(builder.model()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("node0")
        .hasMessageContainingAll(parts);
  }

  @Test
  void pooling() {
    Attributes ceil = NONE.with("kernel_shape", 3, 3).with("strides", 2, 2).with("ceil_mode", 1);
    GraphBuilder pooled = x(1, 8, 112, "h").node("MaxPool", ceil, "x", "y i").output("y");
    assertThat(pooled.infer("y")).isEqualTo("float32[1, 8, 56, h/2]");
    assertThat(pooled.infer("i")).startsWith("int64[1, 8, 56");
    refused(
        x(1, 8, 2, 2).node("AveragePool", NONE.with("kernel_shape", 5, 5), "x", "y").output("y"),
        "AveragePool",
        "longer than axis 2");
  }

  @Test
  void convolution() {
    refused(
        x(1, 4, 8, 8).weight("w", 8, 3, 3, 3).node("Conv", "x w", "y").output("y"),
        "Conv",
        "takes 3 channels",
        "has 4");
    GraphBuilder same =
        x(1, 4, "h", 9)
            .weight("w", 8, 4, 3, 3)
            .node("Conv", NONE.with("auto_pad", "SAME_UPPER").with("strides", 2, 2), "x w", "y")
            .output("y");
    assertThat(same.infer("y")).isEqualTo("float32[1, 8, (h + 1)/2, 5]");
  }

  @Test
  void matrixProducts() {
    GraphBuilder batched =
        x("b", 8, "t", 64).input("k", "b", 1, 64, "s").node("MatMul", "x k", "y").output("y");
    assertThat(batched.infer("y")).isEqualTo("float32[b, 8, t, s]");
    GraphBuilder einsum =
        x("b", "t", 8, 16)
            .input("k", "b", "s", 8, 16)
            .node("Einsum", NONE.with("equation", "bthd,bshd->bhts"), "x k", "y")
            .output("y");
    assertThat(einsum.infer("y")).isEqualTo("float32[b, 8, t, s]");
    refused(x(2, 3).input("k", 4, 5).node("MatMul", "x k", "y").output("y"), "MatMul", "3 and 4");
  }

  @Test
  void reductions() {
    GraphBuilder mean =
        x("n", 3, 8, 8)
            .constant("axes", Tensor.vector(-1, 2))
            .node("ReduceMean", NONE.with("keepdims", 0), "x axes", "y")
            .output("y");
    assertThat(mean.infer("y")).isEqualTo("float32[n, 3]");
    GraphBuilder top =
        x("n", 1000).constant("k", Tensor.vector(5)).node("TopK", "x k", "v i").output("i");
    assertThat(top.infer("v")).isEqualTo("float32[n, 5]");
    assertThat(top.infer("i")).isEqualTo("int64[n, 5]");
    refused(
        x(2, 3).constant("axes", Tensor.vector(2)).node("ReduceSum", "x axes", "y").output("y"),
        "axis 2 is beyond a tensor of rank 2");
  }

  @Test
  void slicesOfSymbolicAxes() {
    GraphBuilder builder =
        x("n", 10)
            .constant("one", Tensor.vector(1))
            .constant("end", Tensor.vector(Long.MAX_VALUE))
            .constant("zero", Tensor.vector(0))
            .constant("last", Tensor.vector(-1))
            .constant("begin", Tensor.vector(Long.MIN_VALUE))
            .node("Slice", "x one end zero", "tail")
            .node("Slice", "x last begin zero last", "reversed")
            .node("Slice", "x zero one zero", "head")
            .output("tail")
            .output("reversed")
            .output("head");
    assertThat(builder.infer("tail")).isEqualTo("float32[n - 1, 10]");
    assertThat(builder.infer("reversed")).isEqualTo("float32[n, 10]");
    assertThat(builder.infer("head")).isEqualTo("float32[1, 10]");
  }

  @Test
  void reshapes() {
    GraphBuilder shuffle =
        x("n", 24, "h", "w")
            .constant("t", Tensor.vector(0, 2, 12, -1, 1))
            .node("Reshape", "x t", "y")
            .output("y");
    assertThat(shuffle.infer("y")).isEqualTo("float32[n, 2, 12, h*w, 1]");
    refused(
        x(2, 3).constant("t", Tensor.vector(4, 2)).node("Reshape", "x t", "y").output("y"),
        "cannot be reshaped");
    refused(
        x(2, 3).constant("t", Tensor.vector(-1, 4)).node("Reshape", "x t", "y").output("y"),
        "do not divide by 4");
  }

  @Test
  void normalization() {
    GraphBuilder layer =
        x("n", "t", 64).weight("s", 64).node("LayerNormalization", "x s", "y mean").output("y");
    assertThat(layer.infer("mean")).isEqualTo("float32[n, t, 1]");
    refused(
        x(1, 8, 4, 4).weight("s", 6).node("BatchNormalization", "x s s s s", "y").output("y"),
        "channels",
        "8 and 6");
  }

  @Test
  void recurrent() {
    GraphBuilder lstm =
        x("t", "n", 10)
            .weight("w", 2, 80, 10)
            .weight("r", 2, 80, 20)
            .node(
                "LSTM",
                NONE.with("hidden_size", 20).with("direction", "bidirectional"),
                "x w r",
                "y h c")
            .output("y")
            .output("c");
    assertThat(lstm.infer("y")).isEqualTo("float32[t, 2, n, 20]");
    assertThat(lstm.infer("c")).isEqualTo("float32[2, n, 20]");
  }

  @Test
  void attentionWithCache() {
    GraphBuilder builder =
        x("b", 8, "t", 64)
            .input("k", "b", 2, "t", 64)
            .input("v", "b", 2, "t", 32)
            .input("pk", "b", 2, "past", 64)
            .input("pv", "b", 2, "past", 32)
            .node("Attention", "x k v _ pk pv", "y key value")
            .output("y")
            .output("key");
    assertThat(builder.infer("y")).isEqualTo("float32[b, 8, t, 32]");
    assertThat(builder.infer("key")).isEqualTo("float32[b, 2, past + t, 64]");
  }

  @Test
  void quantization() {
    GraphBuilder blocks =
        new GraphBuilder()
            .input("x", DataType.INT4, 64, 100)
            .weight("s", 2, 100)
            .node("DequantizeLinear", NONE.with("axis", 0).with("block_size", 32), "x s", "y")
            .output("y");
    assertThat(blocks.infer("y")).isEqualTo("float32[64, 100]");
    GraphBuilder wrongScale =
        x(1, 8, 4, 4).weight("s", 6).node("QuantizeLinear", "x s", "y").output("y");
    refused(wrongScale, "QuantizeLinear", "8 and 6");
    GraphBuilder fake =
        x(1, 8, 4, 4)
            .weight("low", 1, 8, 1, 1)
            .weight("high", 8)
            .node("io.nncf4j.FakeQuantize", NONE.with("levels", 256), "x low low low low", "y")
            .output("y");
    assertThat(fake.infer("y")).isEqualTo("float32[1, 8, 4, 4]");
    GraphBuilder bad =
        x(1, 8, 4, 4)
            .weight("high", 8)
            .node("io.nncf4j.FakeQuantize", NONE.with("levels", 256), "x high high high high", "y")
            .output("y");
    refused(bad, "io.nncf4j.FakeQuantize", "broadcast");
  }

  @Test
  void detection() {
    GraphBuilder kept =
        new GraphBuilder()
            .input("boxes", 1, 100, 4)
            .input("scores", 1, 80, 100)
            .constant("one", Tensor.vector(1))
            .constant("column", Tensor.scalar(2L))
            .node("NonMaxSuppression", "boxes scores", "kept")
            .node("Gather", NONE.with("axis", 1), "kept column", "index")
            .output("index");
    assertThat(kept.infer("kept")).isEqualTo("int64[kept#0, 3]");
    assertThat(kept.infer("index")).isEqualTo("int64[kept#0]");
  }

  @Test
  void sequences() {
    GraphBuilder builder =
        x("n", 3)
            .node("SplitToSequence", "x", "parts")
            .constant("first", Tensor.scalar(0L))
            .node("SequenceAt", "parts first", "row")
            .node("ConcatFromSequence", NONE.with("axis", 0), "parts", "all")
            .output("row")
            .output("all");
    assertThat(builder.infer("parts")).isEqualTo("sequence<float32[1, 3]>");
    assertThat(builder.infer("row")).isEqualTo("float32[1, 3]");
    assertThat(builder.infer("all")).isEqualTo("float32[all#0, 3]");
  }

  @Test
  void images() {
    GraphBuilder half =
        x(1, 3, "h", 7)
            .constant("scales", Tensor.ofFloats(new float[] {1, 1, 0.5f, 2}, 4))
            .node("Resize", "x _ scales", "y")
            .node("DepthToSpace", NONE.with("blocksize", 2), "z", "s")
            .input("z", "n", 12, "h", "w")
            .output("y")
            .output("s");
    assertThat(half.infer("y")).isEqualTo("float32[1, 3, h/2, 14]");
    assertThat(half.infer("s")).isEqualTo("float32[n, 3, 2*h, 2*w]");
  }

  @Test
  void elementTypesFollowTheSignature() {
    GraphBuilder builder =
        new GraphBuilder()
            .input("a", DataType.FLOAT16, 2, 1)
            .input("b", DataType.FLOAT16, 3)
            .node("Add", "a b", "sum")
            .node("Less", "a b", "less")
            .node("Cast", NONE.with("to", 9), "sum", "bool")
            .node("ArgMax", "sum", "index")
            .output("less")
            .output("bool")
            .output("index");
    assertThat(builder.infer("sum")).isEqualTo("float16[2, 3]");
    assertThat(builder.infer("less")).isEqualTo("bool[2, 3]");
    assertThat(builder.infer("bool")).isEqualTo("bool[2, 3]");
    assertThat(builder.infer("index")).isEqualTo("int64[1, 3]");
  }

  @Test
  void theTablesAreComplete() {
    assertThat(OperatorSchemas.standard().all()).hasSizeGreaterThan(230);
    assertThat(OperatorSchemas.standard().all())
        .allSatisfy(
            schema -> {
              for (int index = 0; index < schema.inputs().size() - 1; index++) {
                assertThat(schema.inputs().get(index).isVariadic())
                    .as(schema.operator().toString())
                    .isFalse();
              }
              assertThat(schema.attributes())
                  .extracting(AttributeSchema::name)
                  .doesNotHaveDuplicates();
            });
  }
}
