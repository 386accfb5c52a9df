package io.nncf4j.oracles.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** Each operator that we read, in a small graph, against TensorFlow. */
class OperatorOracleTest {
  @TempDir Path folder;

  private final Map<String, Function<SmallGraph, Output<?>>> cases = new LinkedHashMap<>();

  @TestFactory
  Stream<DynamicTest> giveWhatTensorFlowGives() {
    elementwise();
    convolutions();
    pictures();
    shapes();
    reductions();
    indexing();
    return cases.entrySet().stream()
        .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> check(each.getValue())));
  }

  private void check(Function<SmallGraph, Output<?>> graph) throws Exception {
    try (SmallGraph small = new SmallGraph()) {
      String output = small.op("Identity", graph.apply(small)).out().op().name();
      Path file = folder.resolve("small.pb");
      Files.write(file, small.graph.toGraphDef().toByteArray());
      Model model = ModelFiles.read(file);
      assertThat(ForeignNodes.list(model.graph())).isEmpty();
      Map<String, Tensor> expected =
          Original.runGraph(small.graph.toGraphDef(), small.inputs, List.of(output));
      Map<String, Tensor> found = Comparison.run(model, small.inputs);
      Comparison.assertClose(found, expected, 1e-5);
    }
  }

  private void elementwise() {
    for (String type :
        List.of(
            "Abs",
            "Ceil",
            "Cos",
            "Elu",
            "Erf",
            "Exp",
            "Floor",
            "LeakyRelu",
            "Neg",
            "Relu",
            "Relu6",
            "Rint",
            "Round",
            "Selu",
            "Sigmoid",
            "Sign",
            "Sin",
            "Softplus",
            "Softsign",
            "Square",
            "Tanh",
            "OnesLike",
            "ZerosLike",
            "Softmax",
            "LogSoftmax",
            "StopGradient",
            "Snapshot",
            "Tan",
            "Atan",
            "Sinh",
            "Cosh",
            "Expm1",
            "Asinh",
            "Inv",
            "Reciprocal")) {
      cases.put(type, g -> g.op(type, g.range(-7, 7, 2, 5)).out());
    }
    for (String type : List.of("Log", "Log1p", "Rsqrt", "Sqrt")) {
      cases.put(type, g -> g.op(type, g.range(0.1, 9, 2, 5)).out());
    }
    for (String type :
        List.of(
            "Add",
            "AddV2",
            "Sub",
            "Mul",
            "Maximum",
            "Minimum",
            "SquaredDifference",
            "Div",
            "RealDiv",
            "FloorDiv",
            "FloorMod",
            "Mod",
            "TruncateMod",
            "Greater",
            "GreaterEqual",
            "Less",
            "LessEqual",
            "Equal",
            "NotEqual",
            "DivNoNan",
            "Xdivy",
            "MulNoNan")) {
      cases.put(
          type + " of a row and a matrix",
          g -> g.op(type, g.input(4), g.range(0.5, 1, 3, 4)).out());
      cases.put(
          type + " of pictures and channels",
          g -> g.op(type, g.op("Relu", picture(g)).out(), g.numbers(0.4f, -0.6f, 2, 3)).out());
    }
    for (String type : List.of("FloorDiv", "FloorMod", "Mul", "Maximum", "TruncateDiv", "Mod")) {
      cases.put(
          type + " of integers", g -> g.op(type, g.integers(-9, 9, 6), g.integers(1, 5, 6)).out());
    }
    cases.put("Pow", g -> g.op("Pow", g.range(0.1, 3, 2, 4), g.number(1.7f)).out());
    cases.put("LogicalAnd", g -> g.op("LogicalAnd", g.truths(2, 4), g.truths(4)).out());
    cases.put("LogicalOr", g -> g.op("LogicalOr", g.truths(2, 4), g.truths(4)).out());
    cases.put("LogicalNot", g -> g.op("LogicalNot", g.truths(2, 4)).out());
    cases.put("IsNan", g -> g.op("IsNan", g.op("Log", g.range(-1, 1, 9)).out()).out());
    cases.put("Select", g -> g.op("Select", g.truths(2, 3), g.input(2, 3), g.input(2, 3)).out());
    cases.put(
        "Select by rows", g -> g.op("Select", g.truths(2), g.input(2, 3), g.input(2, 3)).out());
    cases.put("SelectV2", g -> g.op("SelectV2", g.truths(2, 1), g.input(2, 3), g.number(3f)).out());
    cases.put(
        "AddN",
        g -> g.op("AddN", (Object) new Output<?>[] {g.input(3), g.input(3), g.input(3)}).out());
    cases.put(
        "Cast to integers",
        g -> g.op("Cast", g.range(-7, 7, 9)).with("DstT", DataType.DT_INT32).out());
    cases.put(
        "ClipByValue",
        g -> g.op("ClipByValue", g.range(-7, 7, 9), g.number(-2f), g.number(3f)).out());
  }

  private static Output<?> picture(SmallGraph g) {
    return g.op("Conv2D", g.input(2, 7, 6, 3), g.weights(3, 3, 3, 4))
        .list("strides", 1, 1, 1, 1)
        .with("padding", "SAME")
        .out();
  }

  private void convolutions() {
    for (String padding : List.of("SAME", "VALID")) {
      for (int stride : new int[] {1, 2, 3}) {
        cases.put(
            "Conv2D " + padding + " " + stride,
            g ->
                g.op("Conv2D", g.input(2, 9, 8, 3), g.weights(3, 2, 3, 6))
                    .list("strides", 1, stride, stride, 1)
                    .with("padding", padding)
                    .out());
        cases.put(
            "DepthwiseConv2dNative " + padding + " " + stride,
            g ->
                g.op("DepthwiseConv2dNative", g.input(2, 9, 8, 3), g.weights(3, 3, 3, 2))
                    .list("strides", 1, stride, stride, 1)
                    .with("padding", padding)
                    .out());
        for (String pool : List.of("MaxPool", "AvgPool")) {
          cases.put(
              pool + " " + padding + " " + stride,
              g ->
                  g.op(pool, g.input(2, 9, 8, 5))
                      .list("ksize", 1, 3, 2, 1)
                      .list("strides", 1, stride, stride, 1)
                      .with("padding", padding)
                      .out());
        }
        int height = padding.equals("SAME") ? 9 : (9 - 1) * stride + 3;
        int width = padding.equals("SAME") ? 8 : (8 - 1) * stride + 2;
        int outHeight = padding.equals("SAME") ? 9 * stride : height;
        int outWidth = padding.equals("SAME") ? 8 * stride : width;
        cases.put(
            "Conv2DBackpropInput " + padding + " " + stride,
            g ->
                g.op(
                        "Conv2DBackpropInput",
                        g.list(2, outHeight, outWidth, 4),
                        g.weights(3, 2, 4, 3),
                        g.input(2, 9, 8, 3))
                    .list("strides", 1, stride, stride, 1)
                    .with("padding", padding)
                    .out());
      }
    }
    cases.put(
        "Conv2D with dilation",
        g ->
            g.op("Conv2D", g.input(2, 9, 8, 3), g.weights(3, 3, 3, 4))
                .list("strides", 1, 1, 1, 1)
                .list("dilations", 1, 2, 2, 1)
                .with("padding", "SAME")
                .out());
    cases.put(
        "Conv2D with written padding",
        g ->
            g.op("Conv2D", g.input(2, 9, 8, 3), g.weights(3, 3, 3, 4))
                .list("strides", 1, 2, 2, 1)
                .list("explicit_paddings", 0, 0, 1, 2, 0, 1, 0, 0)
                .with("padding", "EXPLICIT")
                .out());
    cases.put(
        "Conv2D in groups",
        g ->
            g.op("Conv2D", g.input(2, 5, 5, 4), g.weights(3, 3, 2, 6))
                .list("strides", 1, 1, 1, 1)
                .with("padding", "SAME")
                .out());
    for (String type : List.of("Conv2D", "DepthwiseConv2dNative")) {
      for (String padding : List.of("VALID", "SAME")) {
        cases.put(
            type + " " + padding + " between space and batch",
            g -> betweenBlocks(g, type, padding));
      }
    }
    cases.put(
        "Conv3D",
        g ->
            g.op("Conv3D", g.input(1, 4, 5, 6, 2), g.weights(2, 3, 2, 2, 3))
                .list("strides", 1, 1, 2, 1, 1)
                .with("padding", "SAME")
                .out());
    cases.put("BiasAdd", g -> g.op("BiasAdd", picture(g), g.weights(4)).out());
    for (String type : List.of("FusedBatchNorm", "FusedBatchNormV3")) {
      cases.put(
          type,
          g ->
              g.op(
                      type,
                      picture(g),
                      g.weights(4),
                      g.weights(4),
                      g.weights(4),
                      g.numbers(0.4f, 1, 2, 3))
                  .with("epsilon", 0.01f)
                  .with("is_training", false)
                  .out());
    }
    cases.put(
        "LRN",
        g ->
            g.op("LRN", picture(g))
                .with("depth_radius", 1)
                .with("bias", 1.5f)
                .with("alpha", 0.7f)
                .with("beta", 0.6f)
                .out());
    cases.put("MatMul", g -> g.op("MatMul", g.input(3, 4), g.weights(4, 5)).out());
    cases.put(
        "MatMul transposed",
        g ->
            g.op("MatMul", g.input(4, 3), g.weights(5, 4))
                .with("transpose_a", true)
                .with("transpose_b", true)
                .out());
    cases.put(
        "BatchMatMulV2",
        g -> g.op("BatchMatMulV2", g.input(2, 3, 4), g.input(2, 5, 4)).with("adj_y", true).out());
    cases.put(
        "MatMul behind a flattened picture",
        g ->
            g.op("MatMul", g.op("Reshape", picture(g), g.list(2, 168)).out(), g.weights(168, 5))
                .out());
    cases.put(
        "Einsum",
        g ->
            g.op("Einsum", (Object) new Output<?>[] {g.input(2, 3, 4), g.input(4, 5)})
                .with("equation", "abc,cd->abd")
                .out());
  }

  /** With VALID a convolution with dilation; with SAME it pads each of the parts. */
  private static Output<?> betweenBlocks(SmallGraph g, String type, String padding) {
    Output<?> wide =
        g.op(
                "SpaceToBatchND",
                g.input(2, 9, 8, 3),
                g.list(2, 2),
                g.ops.constant(new int[][] {{2, 3}, {2, 2}}).asOutput())
            .out();
    Output<?> convolved =
        g.op(type, wide, g.weights(3, 3, 3, 4))
            .list("strides", 1, 1, 1, 1)
            .with("padding", padding)
            .out();
    return g.op(
            "BatchToSpaceND",
            convolved,
            g.list(2, 2),
            g.ops.constant(new int[][] {{0, 1}, {0, 0}}).asOutput())
        .out();
  }

  @Test
  void aConvolutionBetweenSpaceAndBatchIsOneWithDilation() throws Exception {
    try (SmallGraph g = new SmallGraph()) {
      betweenBlocks(g, "Conv2D", "VALID");
      Path file = folder.resolve("dilated.pb");
      Files.write(file, g.graph.toGraphDef().toByteArray());
      assertThat(ModelFiles.read(file).graph().nodes())
          .extracting(Node::type)
          .contains("Conv")
          .doesNotContain("Reshape", "Pad");
    }
  }

  private void pictures() {
    for (boolean half : new boolean[] {false, true}) {
      for (boolean corners : new boolean[] {false, true}) {
        if (half && corners) {
          continue;
        }
        for (String type : List.of("ResizeBilinear", "ResizeNearestNeighbor")) {
          for (int size : new int[] {3, 12, 17}) {
            cases.put(
                type + " to " + size + (half ? ", half pixels" : "") + (corners ? ", corners" : ""),
                g ->
                    g.op(type, picture(g), g.list(size, size - 1))
                        .with("half_pixel_centers", half)
                        .with("align_corners", corners)
                        .out());
          }
        }
      }
    }
    cases.put("DepthToSpace", g -> g.op("DepthToSpace", picture(g)).with("block_size", 2).out());
    cases.put(
        "SpaceToDepth", g -> g.op("SpaceToDepth", g.input(2, 4, 6, 3)).with("block_size", 2).out());
    cases.put(
        "Pad",
        g ->
            g.op(
                    "Pad",
                    picture(g),
                    g.ops.constant(new int[][] {{0, 0}, {1, 2}, {0, 3}, {0, 0}}).asOutput())
                .out());
    cases.put(
        "PadV2",
        g ->
            g.op(
                    "PadV2",
                    g.input(3, 4),
                    g.ops.constant(new int[][] {{1, 0}, {1, 2}}).asOutput(),
                    g.number(3f))
                .out());
    for (String mode : List.of("REFLECT", "SYMMETRIC")) {
      cases.put(
          "MirrorPad " + mode,
          g ->
              g.op(
                      "MirrorPad",
                      picture(g),
                      g.ops.constant(new int[][] {{0, 0}, {1, 2}, {2, 1}, {0, 0}}).asOutput())
                  .with("mode", mode)
                  .out());
    }
    for (String method : List.of("bilinear", "nearest")) {
      for (int size : new int[] {1, 3, 9}) {
        cases.put(
            "CropAndResize " + method + " " + size,
            g ->
                g.op(
                        "CropAndResize",
                        g.input(2, 7, 6, 3),
                        g.range(-0.4, 1.4, 5, 4),
                        g.integers(0, 2, 5),
                        g.list(size, 4))
                    .with("method", method)
                    .with("extrapolation_value", 0.7f)
                    .out());
      }
    }
    cases.put(
        "FakeQuantWithMinMaxVars",
        g -> g.op("FakeQuantWithMinMaxVars", picture(g), g.number(-2f), g.number(3f)).out());
    cases.put(
        "FakeQuantWithMinMaxArgs",
        g ->
            g.op("FakeQuantWithMinMaxArgs", picture(g)).with("min", -1.5f).with("max", 2.5f).out());
    // Zero lies half way between two levels.
    cases.put(
        "FakeQuantWithMinMaxArgs tie",
        g ->
            g.op("FakeQuantWithMinMaxArgs", picture(g))
                .with("min", -2.5f)
                .with("max", 12.5f)
                .with("num_bits", 4)
                .out());
  }

  private void shapes() {
    cases.put("Reshape", g -> g.op("Reshape", picture(g), g.list(4, -1)).out());
    cases.put("Transpose", g -> g.op("Transpose", picture(g), g.list(0, 2, 1, 3)).out());
    cases.put("Transpose away", g -> g.op("Transpose", picture(g), g.list(3, 0, 1, 2)).out());
    cases.put(
        "Squeeze", g -> g.op("Squeeze", g.input(1, 3, 1, 2)).list("squeeze_dims", 0, 2).out());
    cases.put("Squeeze all", g -> g.op("Squeeze", g.input(1, 3, 1, 2)).out());
    cases.put("ExpandDims", g -> g.op("ExpandDims", picture(g), g.number(1)).out());
    cases.put("ExpandDims last", g -> g.op("ExpandDims", g.input(2, 3), g.number(-1)).out());
    cases.put("Shape", g -> g.op("Shape", picture(g)).out());
    cases.put("Size", g -> g.op("Size", picture(g)).out());
    cases.put("Rank", g -> g.op("Rank", picture(g)).out());
    cases.put("Tile", g -> g.op("Tile", picture(g), g.list(1, 2, 1, 3)).out());
    cases.put("BroadcastTo", g -> g.op("BroadcastTo", g.input(3, 1), g.list(2, 3, 4)).out());
    cases.put(
        "Fill", g -> g.op("Mul", g.input(4), g.op("Fill", g.list(4), g.number(2f)).out()).out());
    cases.put(
        "Range",
        g ->
            g.op(
                    "Mul",
                    g.integers(1, 5, 4),
                    g.op("Range", g.number(2), g.number(10), g.number(2)).out())
                .out());
    cases.put(
        "ConcatV2 of channels",
        g -> g.op("ConcatV2", new Output<?>[] {picture(g), picture(g)}, g.number(3)).out());
    cases.put(
        "ConcatV2 of rows",
        g -> g.op("ConcatV2", new Output<?>[] {picture(g), picture(g)}, g.number(1)).out());
    cases.put(
        "Concat",
        g -> g.op("Concat", g.number(1), new Output<?>[] {g.input(2, 3), g.input(2, 1)}).out());
    cases.put(
        "Pack",
        g ->
            g.op("Pack", (Object) new Output<?>[] {g.input(2, 3), g.input(2, 3)})
                .with("axis", 1)
                .out());
    cases.put(
        "Unpack", g -> g.op("Unpack", g.input(2, 3, 4)).with("num", 3).with("axis", 1).out(1));
    cases.put("Split", g -> g.op("Split", g.number(3), picture(g)).with("num_split", 2).out(1));
    cases.put(
        "SplitV",
        g -> g.op("SplitV", picture(g), g.list(1, 3), g.number(3)).with("num_split", 2).out(1));
    cases.put(
        "Slice", g -> g.op("Slice", picture(g), g.list(0, 1, 2, 1), g.list(-1, 3, -1, 2)).out());
    cases.put(
        "StridedSlice",
        g ->
            g.op(
                    "StridedSlice",
                    picture(g),
                    g.list(0, 1, 0, 1),
                    g.list(0, 6, 0, 3),
                    g.list(1, 2, 2, 1))
                .with("begin_mask", 4)
                .with("end_mask", 5)
                .out());
    cases.put(
        "StridedSlice backwards",
        g ->
            g.op("StridedSlice", g.input(5, 4), g.list(0, 3), g.list(0, 0), g.list(1, -1))
                .with("begin_mask", 1)
                .with("end_mask", 3)
                .out());
    cases.put(
        "StridedSlice with an index",
        g ->
            g.op("StridedSlice", picture(g), g.list(0, 2), g.list(0, 3), g.list(1, 1))
                .with("begin_mask", 1)
                .with("end_mask", 1)
                .with("shrink_axis_mask", 2)
                .out());
    cases.put(
        "StridedSlice with an ellipsis",
        g ->
            g.op("StridedSlice", g.input(2, 3, 4, 5), g.list(0, 1), g.list(0, 3), g.list(1, 1))
                .with("ellipsis_mask", 1)
                .out());
    cases.put(
        "StridedSlice with a new axis",
        g ->
            g.op("StridedSlice", g.input(3, 4), g.list(0, 0), g.list(0, 2), g.list(1, 1))
                .with("new_axis_mask", 1)
                .out());
    cases.put(
        "StridedSlice with a new axis behind an ellipsis",
        g ->
            g.op("StridedSlice", g.input(3, 4), g.list(0, 1, 0), g.list(0, 2, 0), g.list(1, 1, 1))
                .with("ellipsis_mask", 1)
                .with("shrink_axis_mask", 2)
                .with("new_axis_mask", 4)
                .out());
    cases.put("Reverse", g -> g.op("ReverseV2", g.input(2, 3, 4), g.list(1)).out());
  }

  private void reductions() {
    for (String type : List.of("Sum", "Mean", "Max", "Min", "Prod")) {
      cases.put(
          type + " of pictures",
          g -> g.op(type, picture(g), g.list(1, 2)).with("keep_dims", false).out());
      cases.put(
          type + " of channels",
          g -> g.op(type, picture(g), g.list(3)).with("keep_dims", true).out());
      cases.put(type + " of all", g -> g.op(type, g.input(2, 3), g.list(0, -1)).out());
    }
    cases.put("All", g -> g.op("All", g.truths(3, 4), g.number(1)).out());
    cases.put("Any", g -> g.op("Any", g.truths(3, 4), g.number(1)).out());
    cases.put("ArgMax", g -> g.op("ArgMax", picture(g), g.number(3)).out());
    cases.put("ArgMin", g -> g.op("ArgMin", g.input(3, 4), g.number(-1)).out());
    cases.put(
        "Cumsum backwards",
        g ->
            g.op("Cumsum", g.input(3, 4), g.number(0))
                .with("reverse", true)
                .with("exclusive", true)
                .out());
    cases.put("Cumsum", g -> g.op("Cumsum", g.input(3, 4), g.number(1)).out());
    cases.put("TopKV2", g -> g.op("TopKV2", g.input(3, 7), g.number(3)).out(0));
    cases.put("TopKV2 indices", g -> g.op("TopKV2", g.input(3, 7), g.number(3)).out(1));
  }

  private void indexing() {
    cases.put("Gather", g -> g.op("Gather", g.input(5, 4), g.integers(0, 5, 3)).out());
    cases.put(
        "GatherV2",
        g -> g.op("GatherV2", g.input(2, 5, 4), g.integers(0, 5, 3), g.number(1)).out());
    cases.put("GatherNd", g -> g.op("GatherNd", g.input(2, 3, 4), g.integers(0, 2, 5, 2)).out());
    cases.put(
        "OneHot",
        g -> g.op("OneHot", g.integers(0, 4, 6), g.number(4), g.number(2f), g.number(-1f)).out());
    cases.put(
        "Where", g -> g.op("Where", g.op("Greater", g.input(3, 4), g.number(0f)).out()).out());
    cases.put(
        "ScatterNd",
        g ->
            g.op(
                    "ScatterNd",
                    g.ops.constant(new int[][] {{1}, {3}}).asOutput(),
                    g.input(2, 4),
                    g.list(5, 4))
                .out());
  }
}
