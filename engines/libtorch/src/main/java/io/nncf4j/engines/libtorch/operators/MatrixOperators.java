package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Products of matrices. */
final class MatrixOperators {
  private MatrixOperators() {}

  static void addTo(OperatorTable table) {
    table.add("MatMul", context -> Operations.scoped(a -> product(a.tensor(0), a.tensor(1))));
    table.add("Gemm", MatrixOperators::gemm);
    table.add("Einsum", MatrixOperators::einsum);
    table.add("Trilu", MatrixOperators::triangle);
    table.add("Det", Operations.unary(torch::det));
  }

  private static Tensor product(Tensor left, Tensor right) {
    if (left.is_floating_point()) {
      return torch.matmul(left, right);
    }
    ScalarType type = TensorExchange.scalarType(left);
    Tensor product = torch.matmul(left.to(ScalarType.Double), right.to(ScalarType.Double));
    return product.to(type);
  }

  private static Operation gemm(NodeContext context) {
    Node node = context.node();
    float alpha = node.floatAttribute("alpha", 1);
    float beta = node.floatAttribute("beta", 1);
    boolean turnFirst = node.intAttribute("transA", 0) != 0;
    boolean turnSecond = node.intAttribute("transB", 0) != 0;
    if (alpha == 1 && beta == 1 && !turnFirst && turnSecond && hasVectorBias(context)) {
      return arguments -> {
        try (TensorOptional bias = arguments.optional(2)) {
          arguments.set(torch.linear(arguments.tensor(0), arguments.tensor(1), bias));
        }
      };
    }
    return Operations.scoped(
        a -> {
          Tensor first = turnFirst ? torch.transpose(a.tensor(0), 0, 1) : a.tensor(0);
          Tensor second = turnSecond ? torch.transpose(a.tensor(1), 0, 1) : a.tensor(1);
          if (a.has(2) && first.is_floating_point()) {
            return torch.addmm(a.tensor(2), first, second, new Scalar(beta), new Scalar(alpha));
          }
          Tensor product = product(first, second);
          return alpha == 1 ? product : torch.mul(product, new Scalar(alpha));
        });
  }

  private static boolean hasVectorBias(NodeContext context) {
    var shape = context.type(2).shape();
    return !context.node().hasInput(2) || shape != null && shape.rank() == 1;
  }

  private static Operation einsum(NodeContext context) {
    String equation = context.node().stringAttribute("equation", "").replace(" ", "");
    return Operations.scoped(
        a -> {
          List<Tensor> operands = new ArrayList<>();
          for (int index = 0; index < a.inputCount(); index++) {
            operands.add(a.tensor(index));
          }
          return torch.einsum(equation, Operations.vector(operands));
        });
  }

  private static Operation triangle(NodeContext context) {
    boolean upper = context.node().intAttribute("upper", 1) != 0;
    return arguments -> {
      long diagonal = (long) arguments.number(1, 0);
      arguments.set(
          upper
              ? torch.triu(arguments.tensor(0), diagonal)
              : torch.tril(arguments.tensor(0), diagonal));
    };
  }
}
