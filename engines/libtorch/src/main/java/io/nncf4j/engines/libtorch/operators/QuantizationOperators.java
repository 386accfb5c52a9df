package io.nncf4j.engines.libtorch.operators;

import static io.nncf4j.engines.libtorch.operators.Operations.scoped;
import static io.nncf4j.engines.libtorch.operators.Operations.to;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.tensor.DataType;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Quantizers and dequantizers, and products of integers. */
final class QuantizationOperators {
  private QuantizationOperators() {}

  static void addTo(OperatorTable table) {
    table.add("QuantizeLinear", QuantizationOperators::quantize);
    table.add("DequantizeLinear", QuantizationOperators::dequantize);
    table.add("DynamicQuantizeLinear", context -> QuantizationOperators::quantizeDynamically);
    table.add(
        OperatorType.NNCF_DOMAIN,
        MaskedWeight.TYPE,
        context -> MaskedWeight.compile(context.node()));
    table.add(
        OperatorType.NNCF_DOMAIN,
        MovementMask.TYPE,
        context -> MovementMask.compile(context.node()));
    table.add(
        OperatorType.NNCF_DOMAIN,
        BinaryWeight.TYPE,
        context -> BinaryWeight.compile(context.node()));
    table.add(
        OperatorType.NNCF_DOMAIN,
        BinaryActivation.TYPE,
        context -> BinaryActivation.compile(context.node()));
    table.add(OperatorType.NNCF_DOMAIN, "FakeQuantize", QuantizationOperators::fakeQuantize);
    table.add(OperatorType.NNCF_DOMAIN, "RoundBias", BiasRounding::compile);
    table.add("MatMulInteger", context -> scoped(QuantizationOperators::integerProduct));
    table.add("ConvInteger", QuantizationOperators::integerConvolution);
    table.add("QLinearMatMul", context -> scoped(QuantizationOperators::quantizedProduct));
    table.add("QLinearConv", QuantizationOperators::quantizedConvolution);
  }

  /** Scales and zero points shaped to broadcast over {@code input}. */
  private static Tensor spread(Tensor parameter, Tensor input, long axis, long block) {
    if (parameter.numel() == 1 && parameter.dim() <= 1) {
      return torch.reshape(parameter, new long[0]);
    }
    int along = Operations.axis(axis, input.dim());
    if (block > 0) {
      Tensor repeated =
          torch.repeat_interleave(
              parameter,
              block,
              new org.bytedeco.pytorch.LongOptional(along),
              new org.bytedeco.pytorch.LongOptional());
      return torch.narrow(repeated, along, 0, input.size(along));
    }
    if (parameter.dim() != 1) {
      return parameter;
    }
    long[] shape = new long[(int) input.dim()];
    Arrays.fill(shape, 1);
    shape[along] = parameter.numel();
    return torch.reshape(parameter, shape);
  }

  private static Operation quantize(NodeContext context) {
    Node node = context.node();
    long axis = node.intAttribute("axis", 1);
    long block = node.intAttribute("block_size", 0);
    DataType given = given(context, node);
    if (given != null && !given.isInteger()) {
      return quantizeToFloat8(node, given);
    }
    return scoped(
        a -> {
          Tensor input = a.tensor(0);
          Tensor wide = to(input, ScalarType.Float);
          Tensor scale = spread(a.tensor(1), input, axis, block).to(ScalarType.Float);
          DataType type =
              given != null
                  ? given
                  : a.has(2) ? TensorExchange.dataType(a.tensor(2)) : DataType.UINT8;
          Tensor rounded = torch.round(torch.div(wide, scale));
          if (a.has(2)) {
            rounded =
                torch.add(rounded, spread(a.tensor(2).to(ScalarType.Float), input, axis, block));
          }
          return saturate(rounded, type);
        });
  }

  /** Type of the result when the node or its zero point names it. */
  private static @Nullable DataType given(NodeContext context, Node node) {
    long number = node.intAttribute("output_dtype", 0);
    if (number != 0) {
      return OnnxTypes.dataType(number);
    }
    return node.hasInput(2) ? context.type(2).dataType() : null;
  }

  private static Operation quantizeToFloat8(Node node, DataType type) {
    long axis = node.intAttribute("axis", 1);
    long block = node.intAttribute("block_size", 0);
    ScalarType target = TensorExchange.scalarType(type);
    double largest =
        switch (type) {
          case FLOAT8_E4M3FN -> 448;
          case FLOAT8_E4M3FNUZ -> 240;
          case FLOAT8_E5M2, FLOAT8_E5M2FNUZ -> 57344;
          default -> throw new UnsupportedNode("quantizing to " + type.label());
        };
    return scoped(
        a -> {
          Tensor scale = spread(a.tensor(1), a.tensor(0), axis, block);
          return clamp(torch.div(a.tensor(0), scale), -largest, largest).to(target);
        });
  }

  /** Integers kept within the type's range. */
  private static Tensor saturate(Tensor rounded, DataType type) {
    int bits = type.bits();
    double low = type.isSigned() ? -Math.scalb(1.0, bits - 1) : 0;
    double high = Math.scalb(1.0, type.isSigned() ? bits - 1 : bits) - 1;
    ScalarType target = TensorExchange.scalarType(type);
    Tensor inside = clamp(rounded, low, high);
    return target == ScalarType.UInt16 ? inside.to(ScalarType.Int).to(target) : inside.to(target);
  }

  private static Tensor clamp(Tensor value, double low, double high) {
    return torch.clamp(
        value, new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high)));
  }

  private static Operation dequantize(NodeContext context) {
    Node node = context.node();
    long axis = node.intAttribute("axis", 1);
    long block = node.intAttribute("block_size", 0);
    return scoped(
        a -> {
          Tensor input = a.tensor(0);
          Tensor scale = spread(a.tensor(1), input, axis, block);
          ScalarType type = TensorExchange.scalarType(a.tensor(1));
          Tensor value = input.to(ScalarType.Float);
          if (a.has(2)) {
            Tensor zero = spread(a.tensor(2), input, axis, block).to(ScalarType.Float);
            value = torch.sub(value, zero);
          }
          return to(torch.mul(value, scale.to(ScalarType.Float)), type);
        });
  }

  private static void quantizeDynamically(Arguments a) {
    Operations.scopedAll(QuantizationOperators::quantizeByRange).run(a);
  }

  private static void quantizeByRange(Arguments a) {
    Tensor input = a.tensor(0);
    Tensor zero = torch.zeros_like(torch.max(input));
    Tensor high = torch.maximum(torch.max(input), zero);
    Tensor low = torch.minimum(torch.min(input), zero);
    Tensor scale = torch.div(torch.sub(high, low), new Scalar(255.0));
    Tensor point = clamp(torch.round(torch.neg(torch.div(low, scale))), 0, 255);
    a.set(0, saturate(torch.add(torch.round(torch.div(input, scale)), point), DataType.UINT8));
    a.set(1, scale);
    a.set(2, point.to(ScalarType.Byte));
  }

  /**
   * OpenVINO's FakeQuantize; the gradient passes straight through inside the range ("Estimating or
   * Propagating Gradients Through Stochastic Neurons", Bengio et al. 2013).
   */
  private static Operation fakeQuantize(NodeContext context) {
    LearnedRange learned = LearnedRange.of(context.node());
    if (learned != null) {
      return LearnedQuantization.compile(context.node(), learned);
    }
    double steps = context.node().intAttribute("levels", 256) - 1.0;
    return scoped(
        a -> {
          Tensor input = a.tensor(0);
          Tensor low = a.tensor(1);
          Tensor high = a.tensor(2);
          Tensor outLow = a.tensor(3);
          Tensor outHigh = a.tensor(4);
          Tensor inside =
              torch.clamp(
                  input,
                  new TensorOptional(torch.minimum(low, high)),
                  new TensorOptional(torch.maximum(low, high)));
          Tensor scaled =
              torch.mul(torch.div(torch.sub(inside, low), torch.sub(high, low)), new Scalar(steps));
          Tensor rounded = torch.add(scaled, torch.sub(torch.round(scaled), scaled).detach());
          Tensor share = torch.div(rounded, new Scalar(steps));
          return torch.add(torch.mul(share, torch.sub(outHigh, outLow)), outLow);
        });
  }

  private static Tensor centred(Arguments a, int value, int zero, boolean perRow) {
    Tensor wide = a.tensor(value).to(ScalarType.Double);
    if (!a.has(zero)) {
      return wide;
    }
    Tensor point = a.tensor(zero).to(ScalarType.Double);
    if (perRow && point.dim() == 1 && point.numel() > 1) {
      point = torch.unsqueeze(point, -1);
    }
    return torch.sub(wide, point);
  }

  private static Tensor integerProduct(Arguments a) {
    return torch.matmul(centred(a, 0, 2, true), centred(a, 1, 3, false)).to(ScalarType.Int);
  }

  private static Tensor convolve(Node node, Tensor input, Tensor weight, TensorOptional bias) {
    int spatial = (int) input.dim() - 2;
    long[] strides = node.intsAttribute("strides", ConvolutionOperators.ones(spatial));
    long[] dilations = node.intsAttribute("dilations", ConvolutionOperators.ones(spatial));
    long[] kernel = Arrays.copyOfRange(TensorExchange.shape(weight), 2, spatial + 2);
    long[] pads = Padding.of(node).resolve(input, kernel, strides, dilations);
    Tensor padded = torch.constant_pad_nd(input, Padding.reversed(pads), new Scalar(0.0));
    return torch.convolution(
        padded,
        weight,
        bias,
        strides,
        new long[spatial],
        dilations,
        false,
        new long[spatial],
        node.intAttribute("group", 1));
  }

  private static Operation integerConvolution(NodeContext context) {
    Node node = context.node();
    return scoped(
        a ->
            convolve(node, centred(a, 0, 2, false), centred(a, 1, 3, false), new TensorOptional())
                .to(ScalarType.Int));
  }

  /** Value {@code index} with its scale and zero point behind it, as reals. */
  private static Tensor real(Arguments a, int index, long axis) {
    Tensor value = a.tensor(index);
    Tensor zero = spread(a.tensor(index + 2).to(ScalarType.Double), value, axis, 0);
    Tensor scale = spread(a.tensor(index + 1).to(ScalarType.Double), value, axis, 0);
    return torch.mul(torch.sub(value.to(ScalarType.Double), zero), scale);
  }

  private static Tensor requantize(Tensor real, Tensor scale, Tensor zero) {
    Tensor rounded = torch.round(torch.div(real, scale.to(ScalarType.Double)));
    return saturate(torch.add(rounded, zero.to(ScalarType.Double)), TensorExchange.dataType(zero));
  }

  private static Tensor quantizedProduct(Arguments a) {
    Tensor product = torch.matmul(real(a, 0, -2), real(a, 3, -1));
    return requantize(product, a.tensor(6), a.tensor(7));
  }

  private static Operation quantizedConvolution(NodeContext context) {
    Node node = context.node();
    return scoped(
        a -> {
          TensorOptional bias = new TensorOptional();
          if (a.has(8)) {
            Tensor unit =
                torch.mul(a.tensor(1).to(ScalarType.Double), a.tensor(4).to(ScalarType.Double));
            bias = new TensorOptional(torch.mul(a.tensor(8).to(ScalarType.Double), unit));
          }
          Tensor result = convolve(node, real(a, 0, 1), real(a, 3, 0), bias);
          return requantize(result, a.tensor(6), a.tensor(7));
        });
  }
}
