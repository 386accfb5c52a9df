package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.DataType;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Moves tensors between the host and libtorch. */
public final class TensorExchange {
  private TensorExchange() {}

  /**
   * libtorch's element type.
   *
   * @throws InputException for types that libtorch does not compute with
   */
  public static ScalarType scalarType(DataType type) {
    return switch (type) {
      case FLOAT64 -> ScalarType.Double;
      case FLOAT32 -> ScalarType.Float;
      case FLOAT16 -> ScalarType.Half;
      case BFLOAT16 -> ScalarType.BFloat16;
      case FLOAT8_E4M3FN -> ScalarType.Float8_e4m3fn;
      case FLOAT8_E4M3FNUZ -> ScalarType.Float8_e4m3fnuz;
      case FLOAT8_E5M2 -> ScalarType.Float8_e5m2;
      case FLOAT8_E5M2FNUZ -> ScalarType.Float8_e5m2fnuz;
      case INT64 -> ScalarType.Long;
      case INT32 -> ScalarType.Int;
      case INT16 -> ScalarType.Short;
      case INT8, INT4, INT2 -> ScalarType.Char;
      case UINT64 -> ScalarType.UInt64;
      case UINT32 -> ScalarType.UInt32;
      case UINT16 -> ScalarType.UInt16;
      case UINT8, UINT4, UINT2 -> ScalarType.Byte;
      case BOOL -> ScalarType.Bool;
      case COMPLEX64 -> ScalarType.ComplexFloat;
      case COMPLEX128 -> ScalarType.ComplexDouble;
      case STRING, NF4, FLOAT4_E2M1, FLOAT8_E8M0 ->
          throw new InputException("libtorch does not compute with tensors of " + type.label());
    };
  }

  public static DataType dataType(ScalarType type) {
    return switch (type) {
      case Double -> DataType.FLOAT64;
      case Float -> DataType.FLOAT32;
      case Half -> DataType.FLOAT16;
      case BFloat16 -> DataType.BFLOAT16;
      case Float8_e4m3fn -> DataType.FLOAT8_E4M3FN;
      case Float8_e4m3fnuz -> DataType.FLOAT8_E4M3FNUZ;
      case Float8_e5m2 -> DataType.FLOAT8_E5M2;
      case Float8_e5m2fnuz -> DataType.FLOAT8_E5M2FNUZ;
      case Long -> DataType.INT64;
      case Int -> DataType.INT32;
      case Short -> DataType.INT16;
      case Char -> DataType.INT8;
      case UInt64 -> DataType.UINT64;
      case UInt32 -> DataType.UINT32;
      case UInt16 -> DataType.UINT16;
      case Byte -> DataType.UINT8;
      case Bool -> DataType.BOOL;
      case ComplexFloat -> DataType.COMPLEX64;
      case ComplexDouble -> DataType.COMPLEX128;
      default -> throw new NncfException("libtorch gave a tensor of the type " + type);
    };
  }

  public static DataType dataType(Tensor tensor) {
    return dataType(scalarType(tensor));
  }

  /** Element type of a libtorch tensor. */
  public static ScalarType scalarType(Tensor tensor) {
    return tensor.scalar_type().intern();
  }

  public static long[] shape(Tensor tensor) {
    long[] shape = new long[(int) tensor.dim()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = tensor.size(axis);
    }
    return shape;
  }

  /** An uninitialised tensor, to be closed by the caller. */
  public static Tensor empty(DataType type, long... shape) {
    try (TensorOptions options = new TensorOptions(scalarType(type));
        var format = new org.bytedeco.pytorch.MemoryFormatOptional()) {
      return torch.empty(shape, options, format);
    }
  }

  /** A copy in memory of libtorch's own; four-bit elements become eight-bit ones. */
  public static Tensor copyToTorch(io.nncf4j.core.tensor.Tensor host) {
    if (host.dataType().isPacked()) {
      return copyToTorch(unpacked(host));
    }
    Tensor tensor = empty(host.dataType(), host.shape());
    if (host.size() > 0) {
      bytes(tensor, host.byteCount()).put(host.data());
    }
    return tensor;
  }

  private static io.nncf4j.core.tensor.Tensor unpacked(io.nncf4j.core.tensor.Tensor host) {
    DataType wide = host.dataType().isSigned() ? DataType.INT8 : DataType.UINT8;
    if (!host.dataType().isInteger()) {
      throw new InputException(
          "libtorch does not compute with tensors of " + host.dataType().label());
    }
    return io.nncf4j.core.tensor.Tensor.ofDoubles(wide, host.toDoubles(), host.shape());
  }

  /**
   * The tensor over the very memory of {@code host} when that lies outside the heap, a copy when
   * not. The caller keeps {@code host} reachable while it uses the result.
   */
  public static Tensor viewInTorch(io.nncf4j.core.tensor.Tensor host) {
    ByteBuffer data = host.data();
    if (!data.isDirect() || host.dataType().isPacked() || host.size() == 0) {
      return copyToTorch(host);
    }
    try (TensorOptions options = new TensorOptions(scalarType(host.dataType()))) {
      return torch.from_blob(new BytePointer(data), host.shape(), options);
    }
  }

  /** A copy on the host, outside the heap. */
  public static io.nncf4j.core.tensor.Tensor toHost(Tensor tensor) {
    DataType type = dataType(tensor);
    try (Tensor detached = tensor.detach();
        Tensor dense = detached.contiguous(MemoryFormat.Contiguous)) {
      ByteBuffer copy = io.nncf4j.core.tensor.Tensor.allocateDirect(type, dense.numel());
      if (dense.numel() > 0) {
        copy.put(bytes(dense, copy.capacity()));
      }
      copy.flip();
      return io.nncf4j.core.tensor.Tensor.of(type, shape(dense), copy);
    }
  }

  /** A view of the elements of a dense tensor, valid while the tensor is. */
  private static ByteBuffer bytes(Tensor tensor, long count) {
    try (Pointer pointer = tensor.data_ptr();
        BytePointer view = new BytePointer(pointer)) {
      return view.capacity(count).asByteBuffer();
    }
  }
}
