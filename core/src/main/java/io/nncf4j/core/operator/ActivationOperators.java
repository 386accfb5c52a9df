package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Activation functions. Each counts one operation for an element, softmax forms count three. */
final class ActivationOperators {
  private static final ShapeRule SAME = context -> context.shape(0);

  private ActivationOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Activation");
    for (String type : List.of("HardSwish", "Mish", "Sigmoid", "Softplus", "Softsign")) {
      plain(family, type, "");
    }
    plain(family, "Celu", "alpha:float=1.0");
    plain(family, "Elu", "alpha:float=1.0");
    plain(family, "HardSigmoid", "alpha:float=0.2, beta:float=0.5");
    plain(family, "LeakyRelu", "alpha:float=0.01");
    plain(family, "Selu", "alpha:float=1.6732632, gamma:float=1.050701");
    plain(family, "Shrink", "bias:float=0.0, lambd:float=0.5");
    plain(family, "Swish", "alpha:float=1.0");
    plain(family, "ThresholdedRelu", "alpha:float=1.0");
    plain(family, "Gelu", "approximate:string=none");
    family.onnx("Relu", "X:T -> Y:T", "T=signed").cost(Costs.PER_OUTPUT).shape(SAME);
    family
        .onnx("PRelu", "X:T, slope:T -> Y:T", "T=float|int32|int64|uint32|uint64")
        .cost(Costs.PER_OUTPUT)
        .shape(SAME);
    for (String type : List.of("Softmax", "LogSoftmax")) {
      family
          .onnx(type, "input:T -> output:T", "T=float")
          .attributes("axis:int=-1")
          .cost(Costs.perOutput(3))
          .shape(context -> checked(context, -1));
    }
    family
        .onnx("Hardmax", "input:T -> output:T", "T=float")
        .attributes("axis:int=-1")
        .shape(context -> checked(context, -1));
    microsoft(family);
    return family.schemas();
  }

  private static void microsoft(Family family) {
    family.microsoft("Gelu", "X:T -> Y:T", "T=float").cost(Costs.PER_OUTPUT).shape(SAME);
    family
        .microsoft("FastGelu", "X:T, bias?:T -> Y:T", "T=float")
        .cost(Costs.PER_OUTPUT)
        .shape(SAME);
    family.microsoft("BiasGelu", "A:T, B:T -> C:T", "T=float").cost(Costs.PER_OUTPUT).shape(SAME);
    family
        .microsoft("QuickGelu", "X:T -> Y:T", "T=float")
        .attributes("alpha:float=1.702")
        .cost(Costs.PER_OUTPUT)
        .shape(SAME);
    String scales = "X_scale:float32, X_zero_point?:T, Y_scale:float32, Y_zero_point?:T";
    family
        .microsoft("QLinearLeakyRelu", "X:T, " + scales + " -> Y:T", "T=byte")
        .attributes("alpha:float=0.01")
        .cost(Costs.PER_OUTPUT)
        .shape(SAME);
    family
        .microsoft("QLinearSigmoid", "X:T, " + scales + " -> Y:T", "T=byte")
        .cost(Costs.PER_OUTPUT)
        .shape(SAME);
    family
        .microsoft("QLinearSoftmax", "X:T, " + scales + " -> Y:T", "T=byte")
        .attributes("axis:int=-1, opset:int!")
        .cost(Costs.perOutput(3))
        .shape(SAME);
  }

  private static void plain(Family family, String type, String attributes) {
    family
        .onnx(type, "X:T -> Y:T", type.equals("Shrink") ? "T=number" : "T=float")
        .attributes(attributes)
        .cost(Costs.PER_OUTPUT)
        .shape(SAME);
  }

  private static @Nullable Shape checked(InferenceContext context, long absent) {
    Shape shape = context.shape(0);
    if (shape != null && shape.rank() > 0) {
      Axes.normalize(context.node().intAttribute("axis", absent), shape.rank());
    }
    return shape;
  }
}
