package io.nncf4j.core.quantize;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.ElementCodec;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;

/**
 * The grid of a uniform quantizer as a runtime sees it: {@code real = (code - zeroPoint) * scale}.
 *
 * <p>Codes are those of ONNX {@code QuantizeLinear}: the quotient is rounded to nearest even in
 * float32, the zero point is added, the sum saturates at {@code lowestCode} and {@code
 * highestCode}; {@code DequantizeLinear} multiplies in float32 again.
 *
 * @param scale positive steps, a scalar or one for each channel; float32 or the type of what is
 *     quantized
 * @param zeroPoint the codes of zero, with the shape of {@code scale}; their type is the type of
 *     all codes
 * @param lowestCode smallest code used; above the type's own minimum for a narrow range
 * @param highestCode largest code used
 */
public record IntegerGrid(Tensor scale, Tensor zeroPoint, long lowestCode, long highestCode) {
  public IntegerGrid {
    if (scale.rank() > 1 || scale.size() != zeroPoint.size()) {
      throw new InputException(
          "Scale and zero point of a quantizer must both be scalars or have one element for each"
              + " channel; found "
              + scale
              + " and "
              + zeroPoint);
    }
    if (!scale.dataType().isFloatingPoint() || !zeroPoint.dataType().isInteger()) {
      throw new InputException(
          "A quantizer has a floating-point scale and an integer zero point; found "
              + scale
              + " and "
              + zeroPoint);
    }
    for (int channel = 0; channel < scale.size(); channel++) {
      if (!(scale.doubleAt(channel) > 0) || Double.isInfinite(scale.doubleAt(channel))) {
        throw new InputException(
            "The scale of a quantizer must be positive and finite; found "
                + scale.doubleAt(channel)
                + " for channel "
                + channel);
      }
    }
    if (lowestCode >= highestCode
        || lowestCode < lowestCode(zeroPoint.dataType())
        || highestCode > highestCode(zeroPoint.dataType())) {
      throw new InputException(
          "The codes "
              + lowestCode
              + " to "
              + highestCode
              + " do not fit "
              + zeroPoint.dataType().label());
    }
  }

  /** A grid that uses every code of the zero point's type. */
  public static IntegerGrid full(Tensor scale, Tensor zeroPoint) {
    DataType type = zeroPoint.dataType();
    return new IntegerGrid(scale, zeroPoint, lowestCode(type), highestCode(type));
  }

  /** A grid that leaves the lowest code of a signed type out, so that it is symmetric about 0. */
  public static IntegerGrid narrow(Tensor scale, Tensor zeroPoint) {
    DataType type = zeroPoint.dataType();
    return new IntegerGrid(scale, zeroPoint, lowestCode(type) + 1, highestCode(type));
  }

  /** Smallest value of an integer type of at most 32 bits. */
  public static long lowestCode(DataType type) {
    return type.isSigned() ? -(1L << (checkedBits(type) - 1)) : 0;
  }

  /** Largest value of an integer type of at most 32 bits. */
  public static long highestCode(DataType type) {
    return type.isSigned() ? (1L << (checkedBits(type) - 1)) - 1 : (1L << checkedBits(type)) - 1;
  }

  private static int checkedBits(DataType type) {
    if (!type.isInteger() || type.bits() > 32) {
      throw new InputException("Codes cannot have the type " + type.label());
    }
    return type.bits();
  }

  public DataType type() {
    return zeroPoint.dataType();
  }

  public boolean isPerChannel() {
    return scale.rank() == 1;
  }

  /** Number of scales: 1 when there is one for the whole tensor. */
  public int channels() {
    return scale.size();
  }

  public int levels() {
    return Math.toIntExact(highestCode - lowestCode + 1);
  }

  /** True when saturation by the type alone keeps codes inside the grid. */
  public boolean usesEveryCode() {
    return lowestCode == lowestCode(type()) && highestCode == highestCode(type());
  }

  /** The real value of a code in this channel, rounded to float32 as runtimes do. */
  public float real(long code, int channel) {
    return (float) (code - zeroPoint.longAt(channel)) * scale.floatAt(channel);
  }

  /** The code of a real value in this channel; NaN gives the code of zero. */
  public long code(float real, int channel) {
    if (Float.isNaN(real)) {
      return zeroPoint.longAt(channel);
    }
    double rounded = Math.rint(real / scale.floatAt(channel));
    return (long) Math.max(lowestCode, Math.min(highestCode, rounded + zeroPoint.longAt(channel)));
  }

  /** Codes of {@code reals}, of type {@link #type()}; channels stand on {@code axis}. */
  public Tensor quantize(Tensor reals, int axis) {
    ChannelWalk walk = ChannelWalk.of(reals, axis, channels());
    float[] values = reals.toFloats();
    if (ByteCodes.fit(this)) {
      return Tensor.ofBytes(type(), ByteCodes.quantize(values, this, walk), reals.shape());
    }
    ByteBuffer codes = Tensor.allocate(type(), values.length);
    for (int index = 0; index < values.length; index++) {
      ElementCodec.writeLong(type(), codes, index, code(values[index], walk.channel(index)));
    }
    return Tensor.of(type(), reals.shape(), codes);
  }

  /** Real values of {@code codes}, in the type of the scale; channels stand on {@code axis}. */
  public Tensor dequantize(Tensor codes, int axis) {
    ChannelWalk walk = ChannelWalk.of(codes, axis, channels());
    if (ByteCodes.fit(this) && codes.dataType() == type() && scale.dataType() == DataType.FLOAT32) {
      byte[] bytes = new byte[codes.size()];
      codes.data().get(bytes);
      return Tensor.ofFloats(ByteCodes.dequantize(bytes, this, walk), codes.shape());
    }
    ByteBuffer reals = Tensor.allocate(scale.dataType(), codes.size());
    for (int index = 0; index < codes.size(); index++) {
      ElementCodec.write(
          scale.dataType(), reals, index, real(codes.longAt(index), walk.channel(index)));
    }
    return Tensor.of(scale.dataType(), codes.shape(), reals);
  }
}
