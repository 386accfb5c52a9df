package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;

/** The numbers by which attributes such as {@code to} of Cast name element types. */
public final class OnnxTypes {
  private OnnxTypes() {}

  /**
   * The type of a code of ONNX's {@code TensorProto.DataType}.
   *
   * @throws InputException when there is none
   */
  public static DataType ofCode(long code) {
    return switch ((int) Math.max(0, Math.min(99, code))) {
      case 1 -> DataType.FLOAT32;
      case 2 -> DataType.UINT8;
      case 3 -> DataType.INT8;
      case 4 -> DataType.UINT16;
      case 5 -> DataType.INT16;
      case 6 -> DataType.INT32;
      case 7 -> DataType.INT64;
      case 8 -> DataType.STRING;
      case 9 -> DataType.BOOL;
      case 10 -> DataType.FLOAT16;
      case 11 -> DataType.FLOAT64;
      case 12 -> DataType.UINT32;
      case 13 -> DataType.UINT64;
      case 14 -> DataType.COMPLEX64;
      case 15 -> DataType.COMPLEX128;
      case 16 -> DataType.BFLOAT16;
      case 17 -> DataType.FLOAT8_E4M3FN;
      case 18 -> DataType.FLOAT8_E4M3FNUZ;
      case 19 -> DataType.FLOAT8_E5M2;
      case 20 -> DataType.FLOAT8_E5M2FNUZ;
      case 21 -> DataType.UINT4;
      case 22 -> DataType.INT4;
      case 23 -> DataType.FLOAT4_E2M1;
      case 24 -> DataType.FLOAT8_E8M0;
      case 25 -> DataType.UINT2;
      case 26 -> DataType.INT2;
      default -> throw new InputException("no element type has the code " + code);
    };
  }
}
