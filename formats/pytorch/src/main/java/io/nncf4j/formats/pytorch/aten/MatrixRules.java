package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import java.util.Map;

/** Products of matrices. */
final class MatrixRules {
  private MatrixRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    rules.put("linear", AtenRule.of("input weight bias", MatrixRules::linear));
    rules.put("addmm", AtenRule.of("self mat1 mat2 beta alpha", MatrixRules::addProduct));
    rules.put("baddbmm", AtenRule.of("self batch1 batch2 beta alpha", MatrixRules::addProducts));
    for (String name : new String[] {"mm", "bmm"}) {
      rules.put(
          name,
          AtenRule.of(
              "self mat2",
              call -> call.finish("MatMul", call.tensor("self"), call.tensor("mat2"))));
    }
    rules.put(
        "matmul",
        AtenRule.of(
            "self other",
            call -> call.finish("MatMul", call.tensor("self"), call.tensor("other"))));
    rules.put("einsum", AtenRule.of("equation tensors path", MatrixRules::einsum));
  }

  private static void linear(AtenCall call) {
    String input = call.tensor("input");
    Shape shape = call.type(input).shape();
    if (shape != null && shape.rank() == 2) {
      Attributes attributes = Attributes.NONE.with("transB", 1L);
      if (call.has("bias")) {
        call.finish("Gemm", attributes, input, call.tensor("weight"), call.tensor("bias"));
      } else {
        call.finish("Gemm", attributes, input, call.tensor("weight"));
      }
      return;
    }
    String weight =
        call.emit("Transpose", Attributes.NONE.with("perm", 1L, 0L), call.tensor("weight"));
    if (call.has("bias")) {
      call.finish("Add", call.emit("MatMul", input, weight), call.tensor("bias"));
    } else {
      call.finish("MatMul", input, weight);
    }
  }

  private static void addProduct(AtenCall call) {
    call.finish(
        "Gemm",
        Attributes.NONE
            .with("alpha", (float) call.real("alpha", 1))
            .with("beta", (float) call.real("beta", 1)),
        call.tensor("mat1"),
        call.tensor("mat2"),
        call.tensor("self"));
  }

  private static void addProducts(AtenCall call) {
    String product = call.emit("MatMul", call.tensor("batch1"), call.tensor("batch2"));
    String self = call.tensor("self");
    DataType type = call.dataType(product);
    if (call.real("alpha", 1) != 1) {
      product = call.emit("Mul", product, call.scalar(type, call.real("alpha", 1)));
    }
    if (call.real("beta", 1) == 0) {
      call.result(product);
      return;
    }
    if (call.real("beta", 1) != 1) {
      self = call.emit("Mul", self, call.scalar(type, call.real("beta", 1)));
    }
    call.finish("Add", product, self);
  }

  private static void einsum(AtenCall call) {
    call.finish(
        "Einsum",
        Attributes.NONE.with("equation", call.text("equation", "")),
        call.tensors("tensors"));
  }
}
