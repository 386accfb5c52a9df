package io.nncf4j.formats.openvino.ir;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import java.util.Locale;

/** Names of element types: {@code f32} in attributes, {@code FP32} on ports. */
public final class IrTypes {
  private IrTypes() {}

  /**
   * The type of a name in either spelling.
   *
   * @throws InputException for a name that is not known
   */
  public static DataType parse(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "f64", "fp64" -> DataType.FLOAT64;
      case "f32", "fp32", "float", "float32", "mixed" -> DataType.FLOAT32;
      case "f16", "fp16", "half", "float16" -> DataType.FLOAT16;
      case "bf16" -> DataType.BFLOAT16;
      case "i64" -> DataType.INT64;
      case "i32" -> DataType.INT32;
      case "i16" -> DataType.INT16;
      case "i8" -> DataType.INT8;
      case "i4" -> DataType.INT4;
      case "u64" -> DataType.UINT64;
      case "u32" -> DataType.UINT32;
      case "u16" -> DataType.UINT16;
      case "u8" -> DataType.UINT8;
      case "u4" -> DataType.UINT4;
      case "u2" -> DataType.UINT2;
      case "nf4" -> DataType.NF4;
      case "f8e4m3" -> DataType.FLOAT8_E4M3FN;
      case "f8e5m2" -> DataType.FLOAT8_E5M2;
      case "f8e8m0" -> DataType.FLOAT8_E8M0;
      case "f4e2m1" -> DataType.FLOAT4_E2M1;
      case "boolean", "bool" -> DataType.BOOL;
      case "string" -> DataType.STRING;
      default ->
          throw new InputException("there is no element type \"" + name + "\" in OpenVINO IR");
    };
  }

  /** The spelling in attributes, such as {@code f32}; empty for types that OpenVINO has not. */
  public static String attribute(DataType type) {
    return switch (type) {
      case FLOAT64 -> "f64";
      case FLOAT32 -> "f32";
      case FLOAT16 -> "f16";
      case BFLOAT16 -> "bf16";
      case INT64 -> "i64";
      case INT32 -> "i32";
      case INT16 -> "i16";
      case INT8 -> "i8";
      case INT4 -> "i4";
      case UINT64 -> "u64";
      case UINT32 -> "u32";
      case UINT16 -> "u16";
      case UINT8 -> "u8";
      case UINT4 -> "u4";
      case UINT2 -> "u2";
      case NF4 -> "nf4";
      case FLOAT8_E4M3FN -> "f8e4m3";
      case FLOAT8_E5M2 -> "f8e5m2";
      case FLOAT8_E8M0 -> "f8e8m0";
      case FLOAT4_E2M1 -> "f4e2m1";
      case BOOL -> "boolean";
      case STRING -> "string";
      case FLOAT8_E4M3FNUZ, FLOAT8_E5M2FNUZ, INT2, COMPLEX64, COMPLEX128 -> "";
    };
  }

  /** The spelling on ports, such as {@code FP32}. */
  public static String port(DataType type) {
    String name = attribute(type);
    return name.matches("f\\d\\d") ? "FP" + name.substring(1) : name.toUpperCase(Locale.ROOT);
  }
}
