package io.nncf4j.formats.pytorch.archive;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;

/** Element types by PyTorch's names and numbers. */
public final class TorchTypes {
  private TorchTypes() {}

  /** The type of a storage class, such as {@code FloatStorage}. */
  static DataType ofStorage(String storage) {
    return switch (storage) {
      case "FloatStorage" -> DataType.FLOAT32;
      case "DoubleStorage" -> DataType.FLOAT64;
      case "HalfStorage" -> DataType.FLOAT16;
      case "BFloat16Storage" -> DataType.BFLOAT16;
      case "LongStorage" -> DataType.INT64;
      case "IntStorage", "QInt32Storage" -> DataType.INT32;
      case "ShortStorage" -> DataType.INT16;
      case "CharStorage", "QInt8Storage" -> DataType.INT8;
      case "ByteStorage", "QUInt8Storage", "UntypedStorage" -> DataType.UINT8;
      case "BoolStorage" -> DataType.BOOL;
      default -> throw new InputException("Tensors in a " + storage + " are not read");
    };
  }

  /** The type of a number of the enumeration {@code ScalarType} of exported programs. */
  public static DataType ofExported(long number) {
    return switch ((int) number) {
      case 1 -> DataType.UINT8;
      case 2 -> DataType.INT8;
      case 3 -> DataType.INT16;
      case 4 -> DataType.INT32;
      case 5 -> DataType.INT64;
      case 6 -> DataType.FLOAT16;
      case 7 -> DataType.FLOAT32;
      case 8 -> DataType.FLOAT64;
      case 12 -> DataType.BOOL;
      case 13 -> DataType.BFLOAT16;
      case 28 -> DataType.UINT16;
      default -> throw new InputException("The element type " + number + " is not known");
    };
  }

  /** The type of a number of {@code c10::ScalarType}, as TorchScript writes it. */
  public static DataType ofScript(long number) {
    return switch ((int) number) {
      case 0, 13 -> DataType.UINT8;
      case 1, 12 -> DataType.INT8;
      case 2 -> DataType.INT16;
      case 3, 14 -> DataType.INT32;
      case 4 -> DataType.INT64;
      case 5 -> DataType.FLOAT16;
      case 6 -> DataType.FLOAT32;
      case 7 -> DataType.FLOAT64;
      case 11 -> DataType.BOOL;
      case 15 -> DataType.BFLOAT16;
      default -> throw new InputException("The element type " + number + " is not known");
    };
  }

  /** The reverse of {@link #ofScript}. */
  public static long scriptNumber(DataType type) {
    return switch (type) {
      case UINT8 -> 0;
      case INT8 -> 1;
      case INT16 -> 2;
      case INT32 -> 3;
      case INT64 -> 4;
      case FLOAT16 -> 5;
      case FLOAT32 -> 6;
      case FLOAT64 -> 7;
      case BOOL -> 11;
      case BFLOAT16 -> 15;
      default -> throw new InputException("PyTorch has no element type " + type.label());
    };
  }
}
