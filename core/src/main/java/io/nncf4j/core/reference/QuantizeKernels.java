package io.nncf4j.core.reference;

import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.ElementCodec;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** QuantizeLinear and its relatives; scales are scalars, per axis or per block. */
final class QuantizeKernels {
  private QuantizeKernels() {}

  static Map<String, Kernel> all() {
    return Map.of(
        "QuantizeLinear",
        Kernel.of(QuantizeKernels::quantize),
        "DequantizeLinear",
        Kernel.of(QuantizeKernels::dequantize),
        "DynamicQuantizeLinear",
        QuantizeKernels::dynamicQuantize,
        FakeQuantize.OPERATOR.toString(),
        Kernel.of(QuantizeKernels::fakeQuantize));
  }

  private static Tensor quantize(Call call) {
    Tensor x = call.input(0);
    Tensor scale = call.input(1);
    Tensor zeroPoint = call.optional(2);
    DataType type =
        zeroPoint != null ? zeroPoint.dataType() : call.type("output_dtype", DataType.UINT8);
    call.charge(x.shape());
    int[] scales = scaleIndices(call, x, scale);
    ByteBuffer codes = Tensor.allocate(type, x.size());
    for (int index = 0; index < x.size(); index++) {
      // The division is float32's, as in runtimes.
      float quotient = x.floatAt(index) / scale.floatAt(scales[index]);
      if (type.isInteger()) {
        double code = Math.rint(quotient) + zero(zeroPoint, scales[index]);
        ElementCodec.write(type, codes, index, code);
      } else {
        ElementCodec.write(type, codes, index, quotient + zero(zeroPoint, scales[index]));
      }
    }
    return Tensor.of(type, x.shape(), codes);
  }

  private static double zero(@Nullable Tensor zeroPoint, int index) {
    return zeroPoint == null ? 0 : zeroPoint.doubleAt(index);
  }

  private static Tensor dequantize(Call call) {
    Tensor codes = call.input(0);
    Tensor scale = call.input(1);
    Tensor zeroPoint = call.optional(2);
    DataType type = call.type("output_dtype", scale.dataType());
    call.charge(codes.shape());
    int[] scales = scaleIndices(call, codes, scale);
    double[] reals = new double[codes.size()];
    for (int index = 0; index < reals.length; index++) {
      double difference = codes.doubleAt(index) - zero(zeroPoint, scales[index]);
      reals[index] = difference * scale.doubleAt(scales[index]);
    }
    return Elements.ofDoubles(type, reals, codes.shape());
  }

  /** For each element of x, its scale: the one, that of its channel, or that of its block. */
  private static int[] scaleIndices(Call call, Tensor x, Tensor scale) {
    if (scale.size() == 1) {
      return new int[x.size()];
    }
    int axis = call.axis(call.node().intAttribute("axis", 1), x.rank());
    long block = call.node().intAttribute("block_size", 0);
    if (block == 0) {
      if (scale.rank() != 1 || scale.size() != x.dimension(axis)) {
        throw call.problem("scale " + scale + " does not fit axis " + axis + " of " + x);
      }
      return Elements.map(x.shape(), at -> (int) at[axis]);
    }
    int[] strides = Elements.strides(scale.shape());
    if (scale.rank() != x.rank() || block * scale.dimension(axis) < x.dimension(axis)) {
      throw call.problem("scale " + scale + " does not fit blocks of " + block + " of " + x);
    }
    return Elements.map(
        x.shape(), at -> Elements.flat(Elements.with(at, axis, at[axis] / block), strides));
  }

  private static List<Tensor> dynamicQuantize(Call call) {
    Tensor x = call.input(0);
    call.charge(x.shape());
    float low = 0;
    float high = 0;
    for (float value : x.toFloats()) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    float scale = (high - low) / 255;
    double zero = scale == 0 ? 0 : Math.rint(Math.max(0, Math.min(255, -low / scale)));
    ByteBuffer codes = Tensor.allocate(DataType.UINT8, x.size());
    for (int index = 0; index < x.size(); index++) {
      double code = scale == 0 ? 0 : Math.rint(x.floatAt(index) / scale) + zero;
      ElementCodec.write(DataType.UINT8, codes, index, code);
    }
    return List.of(
        Tensor.of(DataType.UINT8, x.shape(), codes),
        Tensor.scalar(scale),
        Tensor.ofDoubles(DataType.UINT8, new double[] {zero}));
  }

  private static Tensor fakeQuantize(Call call) {
    Tensor x = call.input(0);
    call.charge(x.shape());
    List<String> names = call.node().inputs();
    return FakeQuantize.read(call.node(), value -> call.optional(names.indexOf(value)), x.rank())
        .apply(x);
  }
}
