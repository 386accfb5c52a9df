package io.nncf4j.core.operator;

import io.nncf4j.core.graph.TensorType;
import java.util.List;

/** Arithmetic, comparison and logic on single elements; operands broadcast. */
final class ElementwiseOperators {
  private static final ShapeRule SAME = context -> context.shape(0);
  private static final ShapeRule BROADCAST = Broadcasting::ofAllInputs;

  private ElementwiseOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Elementwise");
    unary(family);
    binary(family);
    logic(family);
    other(family);
    return family.schemas();
  }

  private static void unary(Family family) {
    for (String type :
        List.of(
            "Acos",
            "Acosh",
            "Asin",
            "Asinh",
            "Atan",
            "Atanh",
            "Ceil",
            "Cos",
            "Cosh",
            "Erf",
            "Exp",
            "Floor",
            "Log",
            "Reciprocal",
            "Round",
            "Sin",
            "Sinh",
            "Sqrt",
            "Tan",
            "Tanh")) {
      family.onnx(type, "X:T -> Y:T", "T=float").cost(Costs.PER_OUTPUT).shape(SAME);
    }
    family.onnx("Abs", "X:T -> Y:T", "T=number").cost(Costs.PER_OUTPUT).shape(SAME);
    family.onnx("Neg", "X:T -> Y:T", "T=signed").cost(Costs.PER_OUTPUT).shape(SAME);
    family.onnx("Sign", "X:T -> Y:T", "T=number").cost(Costs.PER_OUTPUT).shape(SAME);
  }

  private static void binary(Family family) {
    for (String type : List.of("Add", "Sub", "Mul", "Div")) {
      family.onnx(type, "A:T, B:T -> C:T", "T=number").cost(Costs.PER_OUTPUT).shape(BROADCAST);
    }
    family
        .onnx("Mod", "A:T, B:T -> C:T", "T=number")
        .attributes("fmod:int=0")
        .cost(Costs.PER_OUTPUT)
        .shape(BROADCAST);
    family
        .onnx("Pow", "X:T, Y:T1 -> Z:T", "T=float|int32|int64; T1=number")
        .cost(Costs.PER_OUTPUT)
        .shape(BROADCAST);
    for (String type : List.of("Max", "Min", "Sum", "Mean")) {
      String types = type.startsWith("M") && !type.equals("Mean") ? "T=number" : "T=float";
      family
          .onnx(type, "inputs...:T -> output:T", types)
          .cost(
              (node, inputs, outputs) ->
                  Costs.product(
                      Math.max(1, inputs.size() - 1), Costs.elements(Costs.at(outputs, 0))))
          .shape(BROADCAST);
    }
  }

  private static void logic(Family family) {
    family.onnx("Equal", "A:T, B:T -> C:bool", "T=number|bool|string").shape(BROADCAST);
    for (String type : List.of("Greater", "GreaterOrEqual", "Less", "LessOrEqual")) {
      family.onnx(type, "A:T, B:T -> C:bool", "T=number").shape(BROADCAST);
    }
    for (String type : List.of("And", "Or", "Xor")) {
      family.onnx(type, "A:bool, B:bool -> C:bool", "").shape(BROADCAST);
    }
    family.onnx("Not", "X:bool -> Y:bool", "").shape(SAME);
    for (String type : List.of("BitwiseAnd", "BitwiseOr", "BitwiseXor")) {
      family.onnx(type, "A:T, B:T -> C:T", "T=integer").shape(BROADCAST);
    }
    family.onnx("BitwiseNot", "X:T -> Y:T", "T=integer").shape(SAME);
    family
        .onnx("BitShift", "X:T, Y:T -> Z:T", "T=uint8|uint16|uint32|uint64")
        .attributes("direction:string!")
        .shape(BROADCAST);
    family.onnx("IsNaN", "X:T -> Y:bool", "T=float|float8").shape(SAME);
    family
        .onnx("IsInf", "X:T -> Y:bool", "T=float|float8")
        .attributes("detect_negative:int=1, detect_positive:int=1")
        .shape(SAME);
  }

  private static void other(Family family) {
    family
        .onnx("Where", "condition:bool, X:T, Y:T -> output:T", "T=any")
        .cost(Costs.PER_OUTPUT)
        .shape(BROADCAST);
    family
        .onnx("Clip", "input:T, min?:T, max?:T -> output:T", "T=number")
        .cost(Costs.PER_OUTPUT)
        .shape(SAME);
    family
        .onnx("Cast", "input:any -> output:any", "")
        .attributes("to:int!, saturate:int=1, round_mode:string=up")
        .infer(
            context ->
                List.of(
                    new TensorType(
                        OnnxTypes.ofCode(context.node().intAttribute("to", 0)), context.shape(0))));
    family
        .onnx("CastLike", "input:any, target_type:T -> output:T", "T=any")
        .attributes("saturate:int=1, round_mode:string=up")
        .infer(context -> List.of(new TensorType(context.input(1).dataType(), context.shape(0))));
    family
        .onnx("BitCast", "input:any -> output:any", "")
        .attributes("to:int!")
        .infer(
            context ->
                List.of(
                    new TensorType(
                        OnnxTypes.ofCode(context.node().intAttribute("to", 0)), context.shape(0))));
    family
        .onnx("CumSum", "x:T, axis:S -> y:T", "T=float|int32|int64|uint32|uint64; S=index")
        .attributes("exclusive:int=0, reverse:int=0")
        .cost(Costs.PER_OUTPUT)
        .shape(SAME);
    family
        .onnx("CumProd", "x:T, axis:S -> y:T", "T=float|int32|int64|uint32|uint64; S=index")
        .attributes("exclusive:int=0, reverse:int=0")
        .cost(Costs.PER_OUTPUT)
        .shape(SAME);
    for (String type : List.of("QLinearAdd", "QLinearMul")) {
      family
          .microsoft(
              type,
              "A:T, A_scale:float32, A_zero_point?:T, B:T, B_scale:float32, B_zero_point?:T,"
                  + " C_scale:float32, C_zero_point?:T -> C:T",
              "T=byte")
          .cost(Costs.PER_OUTPUT)
          .shape(context -> Broadcasting.of(context.shape(0), context.shape(3)));
    }
  }
}
