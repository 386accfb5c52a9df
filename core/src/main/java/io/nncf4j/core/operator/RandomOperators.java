package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Random numbers. */
final class RandomOperators {
  private RandomOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Random");
    for (String type : List.of("RandomNormal", "RandomUniform")) {
      String range =
          type.endsWith("Normal")
              ? "mean:float=0.0, scale:float=1.0"
              : "high:float=1.0, low:float=0.0";
      family
          .onnx(type, " -> output:any", "")
          .attributes("dtype:int=1, seed:float, shape:ints!, " + range)
          .infer(
              context -> {
                long[] shape = context.node().intsAttribute("shape");
                if (shape.length > Axes.MAXIMUM_RANK) {
                  throw new InputException("attribute shape has " + shape.length + " axes");
                }
                return List.of(new TensorType(type(context, DataType.FLOAT32), Shape.of(shape)));
              });
      family
          .onnx(type + "Like", "input:any -> output:any", "")
          .attributes("dtype:int, seed:float, " + range)
          .infer(
              context ->
                  List.of(
                      new TensorType(
                          type(context, context.input(0).dataType()), context.shape(0))));
    }
    family
        .onnx("Bernoulli", "input:float -> output:any", "")
        .attributes("dtype:int, seed:float")
        .infer(
            context ->
                List.of(
                    new TensorType(type(context, context.input(0).dataType()), context.shape(0))));
    family
        .onnx("Multinomial", "input:float -> output:any", "")
        .attributes("dtype:int=6, sample_size:int=1, seed:float")
        .infer(
            context -> {
              Shape shape = context.shape(0);
              Axes.requireRank(shape, 2, "the input");
              return List.of(
                  new TensorType(
                      type(context, DataType.INT32),
                      Shape.of(
                          shape == null ? Dimension.UNKNOWN : shape.get(0),
                          Dimension.of(context.node().intAttribute("sample_size", 1)))));
            });
    return family.schemas();
  }

  private static @Nullable DataType type(InferenceContext context, @Nullable DataType absent) {
    return context.node().attributes().has("dtype")
        ? OnnxTypes.ofCode(context.node().intAttribute("dtype", 0))
        : absent;
  }
}
