package io.nncf4j.formats.onnx;

import com.google.protobuf.ByteString;
import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Makes tensors of ONNX messages. Raw and external data become slices of the mapped file; only the
 * typed fields, which no large model uses, are copied, after their count has been checked.
 */
final class TensorDecoder {
  private final ExternalData external;

  TensorDecoder(ExternalData external) {
    this.external = external;
  }

  Tensor decode(Onnx.TensorProto message) {
    DataType type = DataType.ofOnnxNumber(message.getDataType());
    if (type == null) {
      throw new InputException(
          describe(message) + " has the unknown element type " + message.getDataType());
    }
    long[] shape = message.getDimsList().stream().mapToLong(Long::longValue).toArray();
    try {
      return decode(message, type, shape);
    } catch (TensorDataException e) {
      throw new InputException(
          describe(message)
              + " of "
              + type.label()
              + Arrays.toString(shape)
              + ": "
              + e.getMessage());
    }
  }

  private Tensor decode(Onnx.TensorProto message, DataType type, long[] shape)
      throws TensorDataException {
    if (message.hasSegment()) {
      throw new TensorDataException("data in segments is not supported");
    }
    int elements = Tensor.elementCount(shape);
    if (type == DataType.STRING) {
      expect(elements, message.getStringDataCount(), "strings");
      List<String> strings =
          message.getStringDataList().stream().map(ByteString::toStringUtf8).toList();
      return Tensor.ofStrings(strings, shape);
    }
    long bytes = type.byteCount(elements);
    if (bytes > Integer.MAX_VALUE) {
      throw new TensorDataException("larger than the 2 GiB that one tensor may take");
    }
    if (message.getDataLocation() == Onnx.TensorProto.DataLocation.EXTERNAL) {
      return Tensor.of(type, shape, external.read(message, bytes));
    }
    if (message.hasRawData() && (elements == 0 || !message.getRawData().isEmpty())) {
      expect(bytes, message.getRawData().size(), "bytes");
      return Tensor.of(type, shape, message.getRawData().asReadOnlyByteBuffer());
    }
    return Tensor.of(type, shape, typedData(message, type, elements));
  }

  private static ByteBuffer typedData(Onnx.TensorProto message, DataType type, int elements)
      throws TensorDataException {
    switch (type) {
      case FLOAT32, COMPLEX64 -> {
        int parts = type == DataType.FLOAT32 ? 1 : 2;
        expect((long) elements * parts, message.getFloatDataCount(), "floats");
        ByteBuffer data = Tensor.allocate(type, elements);
        for (int index = 0; index < message.getFloatDataCount(); index++) {
          data.putFloat(message.getFloatData(index));
        }
        return data.flip();
      }
      case FLOAT64, COMPLEX128 -> {
        int parts = type == DataType.FLOAT64 ? 1 : 2;
        expect((long) elements * parts, message.getDoubleDataCount(), "doubles");
        ByteBuffer data = Tensor.allocate(type, elements);
        for (int index = 0; index < message.getDoubleDataCount(); index++) {
          data.putDouble(message.getDoubleData(index));
        }
        return data.flip();
      }
      case INT64 -> {
        expect(elements, message.getInt64DataCount(), "int64 numbers");
        ByteBuffer data = Tensor.allocate(type, elements);
        for (int index = 0; index < elements; index++) {
          data.putLong(message.getInt64Data(index));
        }
        return data.flip();
      }
      case UINT64, UINT32 -> {
        expect(elements, message.getUint64DataCount(), "uint64 numbers");
        ByteBuffer data = Tensor.allocate(type, elements);
        for (int index = 0; index < elements; index++) {
          put(data, type.bits() / 8, message.getUint64Data(index));
        }
        return data.flip();
      }
      default -> {
        // Each number carries the bits of one element, or of one byte of a packed type.
        int unit = Math.max(1, type.bits() / 8);
        long numbers = type.byteCount(elements) / unit;
        expect(numbers, message.getInt32DataCount(), "int32 numbers");
        ByteBuffer data = Tensor.allocate(type, elements);
        for (int index = 0; index < numbers; index++) {
          put(data, unit, message.getInt32Data(index));
        }
        return data.flip();
      }
    }
  }

  private static void put(ByteBuffer data, int unit, long bits) {
    switch (unit) {
      case 1 -> data.put((byte) bits);
      case 2 -> data.putShort((short) bits);
      case 4 -> data.putInt((int) bits);
      default -> data.putLong(bits);
    }
  }

  private static void expect(long expected, long found, String unit) throws TensorDataException {
    if (expected != found) {
      throw new TensorDataException("expected " + expected + " " + unit + ", found " + found);
    }
  }

  private static String describe(Onnx.TensorProto message) {
    return "Tensor \"" + message.getName() + "\"";
  }

  /** What is wrong with the data; becomes an error that names the tensor. */
  private static final class TensorDataException extends Exception {
    private static final long serialVersionUID = 1L;

    TensorDataException(String message) {
      super(message);
    }
  }
}
