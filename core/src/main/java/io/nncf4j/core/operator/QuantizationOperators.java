package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** To quantised types and back, per tensor, per axis or in blocks; and FakeQuantize. */
final class QuantizationOperators {
  private QuantizationOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Quantization");
    family
        .onnx(
            "QuantizeLinear",
            "x:T1, y_scale:T2, y_zero_point?:T3 -> y:T3",
            "T1=float|int32; T2=float|int32|float8_e8m0; T3=quantized")
        .attributes(
            "axis:int=1, block_size:int=0, output_dtype:int=0, precision:int=0, saturate:int=1")
        .cost(Costs.perOutput(2))
        .infer(QuantizationOperators::quantize);
    family
        .onnx(
            "DequantizeLinear",
            "x:T1, x_scale:T2, x_zero_point?:T1 -> y:T3",
            "T1=quantized; T2=float|float8_e8m0; T3=float")
        .attributes("axis:int=1, block_size:int=0, output_dtype:int=0")
        .cost(Costs.perOutput(2))
        .infer(QuantizationOperators::dequantize);
    family
        .onnx(
            "DynamicQuantizeLinear",
            "x:float32 -> y:uint8, y_scale:float32, y_zero_point:uint8",
            "")
        .cost(Costs.perInput(4))
        .infer(
            context ->
                List.of(
                    new TensorType(DataType.UINT8, context.shape(0)),
                    TensorType.of(DataType.FLOAT32),
                    TensorType.of(DataType.UINT8)));
    family
        .microsoft(
            "QuantizeLinear",
            "x:T1, y_scale:T1, y_zero_point?:T2 -> y:T2",
            "T1=float; T2=quantized")
        .attributes("axis:int")
        .cost(Costs.perOutput(2))
        .infer(QuantizationOperators::quantize);
    family
        .microsoft(
            "DequantizeLinear",
            "x:T1, x_scale:T2, x_zero_point?:T1 -> y:T2",
            "T1=quantized; T2=float")
        .attributes("axis:int")
        .cost(Costs.perOutput(2))
        .infer(QuantizationOperators::dequantize);
    family
        .nncf(
            "FakeQuantize",
            "x:T, input_low:T, input_high:T, output_low:T, output_high:T -> y:T",
            "T=float")
        .attributes("levels:int!, scale:tensor, zero_point:tensor, lowest_code:int, axis:int")
        .cost(Costs.perOutput(4))
        .shape(QuantizationOperators::fake);
    family
        .nncf(
            "RoundBias",
            "bias:T, input_low:T, input_high:T, weight_low:T, weight_high:T, gamma?:T, mean?:T,"
                + " variance?:T, inner_bias?:T -> y:T",
            "T=float")
        .attributes(
            "input_symmetric:int, input_lowest_code:int, input_levels:int, weight_symmetric:int,"
                + " weight_lowest_code:int, weight_levels:int, epsilon:float")
        .cost(Costs.perOutput(4))
        .infer(context -> List.of(context.input(0)));
    return family.schemas();
  }

  private static List<TensorType> quantize(InferenceContext context) {
    check(context);
    DataType type = context.input(2).dataType();
    long code = context.node().intAttribute("output_dtype", 0);
    if (type == null && !context.hasInput(2)) {
      type = code == 0 ? DataType.UINT8 : OnnxTypes.ofCode(code);
    }
    return List.of(new TensorType(type, context.shape(0)));
  }

  private static List<TensorType> dequantize(InferenceContext context) {
    check(context);
    long code = context.node().intAttribute("output_dtype", 0);
    DataType type = code == 0 ? context.input(1).dataType() : OnnxTypes.ofCode(code);
    return List.of(new TensorType(type, context.shape(0)));
  }

  /** Scales are one, one for each index of the axis, or one for each block along the axis. */
  private static void check(InferenceContext context) {
    Shape shape = context.shape(0);
    Shape scale = context.shape(1);
    if (shape == null || scale == null || scale.rank() == 0) {
      return;
    }
    long block = context.node().intAttribute("block_size", 0);
    if (scale.rank() == 1 && block == 0) {
      perAxis(context, shape, scale.get(0));
    } else if (block != 0 && block < 0) {
      throw new InputException("attribute block_size should not be negative, found " + block);
    } else if (block > 0) {
      Axes.requireRank(scale, shape.rank(), "the scale of a tensor " + shape + " in blocks");
      int axis = Axes.normalize(context.node().intAttribute("axis", 1), shape.rank());
      Dimension blocks = Axes.length(shape, axis).ceilDivide(block).toDimension();
      Axes.same(scale.get(axis), blocks, "blocks of " + shape + " and of the scale " + scale);
    }
  }

  private static void perAxis(InferenceContext context, Shape shape, Dimension scales) {
    if (!scales.isKnown() || scales.lengthOrMinusOne() == 1) {
      return;
    }
    int axis = Axes.normalize(context.node().intAttribute("axis", 1), shape.rank());
    Axes.same(shape.get(axis), scales, "axis " + axis + " of " + shape + " and the scales");
  }

  /** Bounds broadcast to x, one way only. */
  private static @Nullable Shape fake(InferenceContext context) {
    Shape shape = context.shape(0);
    for (int index = 1; index < 5 && shape != null; index++) {
      Shape bound = context.shape(index);
      Shape common = Broadcasting.of(shape, bound);
      boolean wider = bound != null && bound.rank() > shape.rank();
      for (int axis = 0; axis < shape.rank() && common != null && !wider; axis++) {
        wider =
            shape.get(axis).lengthOrMinusOne() == 1
                && common.get(axis).isKnown()
                && common.get(axis).lengthOrMinusOne() != 1;
      }
      if (wider) {
        throw new InputException("the bounds " + bound + " do not broadcast to " + shape);
      }
    }
    return shape;
  }
}
