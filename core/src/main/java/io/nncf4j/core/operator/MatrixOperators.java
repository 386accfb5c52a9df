package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Matrix products and what belongs to them. */
final class MatrixOperators {
  private MatrixOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Matrix product");
    family
        .onnx("MatMul", "A:T, B:T -> Y:T", "T=float|int32|int64|uint32|uint64")
        .cost((node, inputs, outputs) -> multiplyAdds(Costs.at(inputs, 0), Costs.at(outputs, 0)))
        .shape(context -> product(context.shape(0), context.shape(1)));
    family
        .onnx(
            "MatMulInteger",
            "A:T1, B:T2, a_zero_point?:T1, b_zero_point?:T2 -> Y:int32",
            "T1=byte; T2=byte")
        .cost((node, inputs, outputs) -> multiplyAdds(Costs.at(inputs, 0), Costs.at(outputs, 0)))
        .shape(context -> product(context.shape(0), context.shape(1)));
    family
        .onnx(
            "QLinearMatMul",
            "a:T1, a_scale:S, a_zero_point:T1, b:T2, b_scale:S, b_zero_point:T2, y_scale:S,"
                + " y_zero_point:T3 -> y:T3",
            "S=float; T1=byte|float8; T2=byte|float8; T3=byte|float8")
        .cost((node, inputs, outputs) -> multiplyAdds(Costs.at(inputs, 0), Costs.at(outputs, 0)))
        .shape(context -> product(context.shape(0), context.shape(3)));
    family
        .onnx("Gemm", "A:T, B:T, C?:T -> Y:T", "T=float|int32|int64|uint32|uint64")
        .attributes("alpha:float=1.0, beta:float=1.0, transA:int=0, transB:int=0")
        .cost(MatrixOperators::gemm)
        .shape(MatrixOperators::gemm);
    family
        .onnx("Einsum", "Inputs...:T -> Output:T", "T=number")
        .attributes("equation:string!")
        .cost(Einsum::flops)
        .shape(Einsum::shape);
    family
        .onnx("Det", "X:T -> Y:T", "T=float")
        .shape(
            context -> {
              Shape matrix = context.shape(0);
              Axes.requireRankAtLeast(matrix, 2, "the input");
              return matrix == null
                  ? null
                  : new Shape(matrix.dimensions().subList(0, matrix.rank() - 2));
            });
    family
        .microsoft("FusedMatMul", "A:T, B:T -> Y:T", "T=float")
        .attributes(
            "alpha:float=1.0, transA:int=0, transB:int=0, transBatchA:int=0, transBatchB:int=0")
        .cost(MatrixOperators::fused)
        .shape(
            context -> {
              Node node = context.node();
              boolean batches =
                  node.intAttribute("transBatchA", 0) != 0
                      || node.intAttribute("transBatchB", 0) != 0;
              return batches
                  ? null
                  : product(
                      transposed(context.shape(0), node.intAttribute("transA", 0) != 0),
                      transposed(context.shape(1), node.intAttribute("transB", 0) != 0));
            });
    family
        .microsoft("FusedGemm", "A:T, B:T, C?:T -> Y:T", "T=float")
        .attributes(
            "alpha:float=1.0, beta:float=1.0, transA:int=0, transB:int=0, activation:string,"
                + " activation_alpha:float, activation_beta:float, activation_gamma:float")
        .cost(MatrixOperators::gemm)
        .shape(MatrixOperators::gemm);
    family
        .microsoft(
            "MatMulIntegerToFloat",
            "A:T1, B:T2, a_scale:T3, b_scale:T3, a_zero_point?:T1, b_zero_point?:T2, bias?:T3"
                + " -> Y:T3",
            "T1=byte; T2=byte; T3=float")
        .cost((node, inputs, outputs) -> multiplyAdds(Costs.at(inputs, 0), Costs.at(outputs, 0)))
        .shape(context -> product(context.shape(0), context.shape(1)));
    family
        .microsoft(
            "DynamicQuantizeMatMul",
            "A:T1, B:T2, b_scale:T1, b_zero_point?:T2, bias?:T1 -> Y:T1",
            "T1=float; T2=byte")
        .cost((node, inputs, outputs) -> multiplyAdds(Costs.at(inputs, 0), Costs.at(outputs, 0)))
        .shape(context -> product(context.shape(0), context.shape(1)));
    family
        .microsoft(
            "QGemm",
            "A:TA, a_scale:T, a_zero_point:TA, B:TB, b_scale:T, b_zero_point:TB, C?:int32,"
                + " y_scale?:T, y_zero_point?:TY -> Y:any",
            "T=float; TA=byte; TB=byte; TY=byte")
        .attributes("alpha:float=1.0, transA:int=0, transB:int=0")
        .cost(
            (node, inputs, outputs) ->
                Costs.product(
                    2,
                    inner(Costs.at(inputs, 0), node.intAttribute("transA", 0) != 0),
                    Costs.elements(Costs.at(outputs, 0))))
        .infer(
            context ->
                List.of(
                    new TensorType(
                        context.hasInput(8)
                            ? context.input(8).dataType()
                            : context.input(1).dataType(),
                        gemm(context, 0, 3))));
    family
        .microsoft(
            "MatMulNBits",
            "A:T1, B:any, scales:any, zero_points?:any, g_idx?:int32, bias?:T1 -> Y:T1",
            "T1=float")
        .attributes("K:int!, N:int!, bits:int=4, block_size:int!, accuracy_level:int=0")
        .cost((node, inputs, outputs) -> multiplyAdds(Costs.at(inputs, 0), Costs.at(outputs, 0)))
        .shape(
            context -> {
              Shape left = context.shape(0);
              Axes.requireRankAtLeast(left, 1, "the input");
              long width = context.node().intAttribute("K", 0);
              if (left != null
                  && left.get(-1).isKnown()
                  && left.get(-1).lengthOrMinusOne() != width) {
                throw new InputException(
                    "the weight has " + width + " rows, and the input " + left);
              }
              return left == null
                  ? null
                  : left.with(-1, Dimension.of(context.node().intAttribute("N", 0)));
            });
    return family.schemas();
  }

  /** {@code 2 * inner * elements(Y)}. */
  private static long multiplyAdds(@Nullable Shape left, @Nullable Shape output) {
    return Costs.product(2, inner(left, false), Costs.elements(output));
  }

  private static long fused(
      Node node, List<@Nullable Shape> inputs, List<@Nullable Shape> outputs) {
    boolean transposed = node.intAttribute("transA", 0) != 0;
    return Costs.product(
        2, inner(Costs.at(inputs, 0), transposed), Costs.elements(Costs.at(outputs, 0)));
  }

  private static long gemm(Node node, List<@Nullable Shape> inputs, List<@Nullable Shape> outputs) {
    return fused(node, inputs, outputs);
  }

  private static long inner(@Nullable Shape left, boolean transposed) {
    return left == null || left.rank() == 0
        ? Costs.UNKNOWN
        : left.get(transposed && left.rank() > 1 ? -2 : -1).lengthOrMinusOne();
  }

  private static @Nullable Shape transposed(@Nullable Shape shape, boolean transposed) {
    return shape == null || !transposed || shape.rank() < 2
        ? shape
        : shape.with(-1, shape.get(-2)).with(-2, shape.get(-1));
  }

  /** As NumPy's matmul: vectors are padded to matrices, and leading axes broadcast. */
  static @Nullable Shape product(@Nullable Shape left, @Nullable Shape right) {
    if (left == null || right == null) {
      return null;
    }
    if (left.rank() == 0 || right.rank() == 0) {
      throw new InputException("a matrix product takes no scalars, found " + left + ", " + right);
    }
    Axes.same(
        left.get(-1),
        right.get(right.rank() == 1 ? 0 : -2),
        "the inner axes of " + left + " and " + right);
    Shape batch =
        Broadcasting.of(
            new Shape(left.dimensions().subList(0, Math.max(0, left.rank() - 2))),
            new Shape(right.dimensions().subList(0, Math.max(0, right.rank() - 2))));
    List<Dimension> dimensions = new ArrayList<>(batch == null ? List.of() : batch.dimensions());
    if (left.rank() > 1) {
      dimensions.add(left.get(-2));
    }
    if (right.rank() > 1) {
      dimensions.add(right.get(-1));
    }
    return new Shape(dimensions);
  }

  private static Shape gemm(InferenceContext context) {
    return gemm(context, 0, 1);
  }

  private static Shape gemm(InferenceContext context, int leftInput, int rightInput) {
    Shape left = context.shape(leftInput);
    Shape right = context.shape(rightInput);
    Axes.requireRank(left, 2, "A");
    Axes.requireRank(right, 2, "B");
    boolean transposeLeft = context.node().intAttribute("transA", 0) != 0;
    boolean transposeRight = context.node().intAttribute("transB", 0) != 0;
    Dimension rows = left == null ? Dimension.UNKNOWN : left.get(transposeLeft ? 1 : 0);
    Dimension columns = right == null ? Dimension.UNKNOWN : right.get(transposeRight ? 0 : 1);
    if (left != null && right != null) {
      Axes.same(
          left.get(transposeLeft ? 0 : 1),
          right.get(transposeRight ? 1 : 0),
          "the inner axes of " + left + " and " + right);
    }
    return Shape.of(rows, columns);
  }
}
