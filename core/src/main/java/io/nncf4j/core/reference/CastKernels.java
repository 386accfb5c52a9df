package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Map;

/**
 * Conversion of element types: integers wrap, floats are truncated towards zero to integers and
 * rounded to nearest even to smaller floats.
 */
final class CastKernels {
  private CastKernels() {}

  static Map<String, Kernel> all() {
    return Map.of(
        "Cast",
        Kernel.of(call -> cast(call, call.type("to", call.input(0).dataType()))),
        "CastLike",
        Kernel.of(call -> cast(call, call.input(1).dataType())));
  }

  private static Tensor cast(Call call, DataType to) {
    Tensor x = call.input(0);
    DataType from = x.dataType();
    if (from == to) {
      return x;
    }
    if (!isNumber(from) || !isNumber(to)) {
      throw call.problem("cannot convert " + from.label() + " to " + to.label() + " here");
    }
    call.charge(x.shape());
    return cast(x, to, call.node().intAttribute("saturate", 1) != 0);
  }

  private static boolean isNumber(DataType type) {
    return type.isFloatingPoint() || Elements.isIntegral(type);
  }

  static Tensor cast(Tensor x, DataType to, boolean saturate) {
    boolean fromInteger = Elements.isIntegral(x.dataType());
    if (Elements.isIntegral(to)) {
      long[] values = new long[x.size()];
      for (int index = 0; index < values.length; index++) {
        double real = fromInteger ? 0 : x.doubleAt(index);
        if (to == DataType.BOOL) {
          values[index] = (fromInteger ? x.longAt(index) != 0 : real != 0) ? 1 : 0;
        } else if (fromInteger) {
          values[index] = x.longAt(index);
        } else {
          values[index] =
              to == DataType.UINT64 && real >= 0x1p63
                  ? (long) (real - 0x1p63) + Long.MIN_VALUE
                  : (long) (to.isPacked() ? clampToRange(to, real) : real);
        }
      }
      return Elements.ofLongs(to, values, x.shape());
    }
    double[] values = x.toDoubles();
    if (!saturate) {
      for (int index = 0; index < values.length; index++) {
        values[index] = unsaturated(to, values[index]);
      }
    }
    Tensor result = Elements.ofDoubles(to, values, x.shape());
    return isFloat8(to) ? withSpecials(result, values) : result;
  }

  /** Types below eight bits saturate, as the ONNX operator says since they exist. */
  private static double clampToRange(DataType type, double value) {
    double low = type.isSigned() ? -(1 << (type.bits() - 1)) : 0;
    return Math.max(low, Math.min(low + (1 << type.bits()) - 1, value));
  }

  private static boolean isFloat8(DataType type) {
    return type == DataType.FLOAT8_E4M3FN
        || type == DataType.FLOAT8_E4M3FNUZ
        || type == DataType.FLOAT8_E5M2
        || type == DataType.FLOAT8_E5M2FNUZ;
  }

  /** Half a step beyond the largest finite value, where rounding leaves the format. */
  private static double limit(DataType type) {
    return switch (type) {
      case FLOAT8_E4M3FN -> 464;
      case FLOAT8_E4M3FNUZ -> 248;
      case FLOAT8_E5M2, FLOAT8_E5M2FNUZ -> 61440;
      default -> Double.POSITIVE_INFINITY;
    };
  }

  /** Without saturation, what is too large is infinite in E5M2 and NaN in the others. */
  private static double unsaturated(DataType type, double value) {
    double limit = limit(type);
    boolean beyond =
        type == DataType.FLOAT8_E4M3FN ? Math.abs(value) > limit : Math.abs(value) >= limit;
    if (!isFloat8(type) || !beyond) {
      return value;
    }
    return type == DataType.FLOAT8_E5M2 ? value * Double.POSITIVE_INFINITY : Double.NaN;
  }

  /** An infinity that survived saturation is infinite in E5M2, the one format that has it. */
  private static Tensor withSpecials(Tensor result, double[] values) {
    if (result.dataType() != DataType.FLOAT8_E5M2) {
      return result;
    }
    byte[] codes = new byte[values.length];
    for (int index = 0; index < codes.length; index++) {
      codes[index] = result.data().get(index);
      if (Double.isInfinite(values[index])) {
        codes[index] = (byte) (values[index] > 0 ? 0x7C : 0xFC);
      }
    }
    return Tensor.ofBytes(result.dataType(), codes, result.shape());
  }
}
