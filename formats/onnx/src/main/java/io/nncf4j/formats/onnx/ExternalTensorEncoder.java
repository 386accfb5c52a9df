package io.nncf4j.formats.onnx;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.onnx.proto.Onnx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes larger tensors to a file of their own and leaves only their place in the message. */
final class ExternalTensorEncoder extends TensorEncoder implements AutoCloseable {
  /** Smaller ones stay inside: shapes, axes and scales should be readable in the model itself. */
  private static final long SMALLEST_OUTSIDE = 1024;

  /** Start of each tensor, so that runtimes can map it. */
  private static final long ALIGNMENT = 4096;

  /** A channel copies a heap buffer as a whole before writing it, so it gets it in pieces. */
  private static final int PIECE = 1 << 22;

  private final String location;
  private final FileChannel channel;

  ExternalTensorEncoder(Path file) throws IOException {
    location = file.getFileName().toString();
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  Onnx.TensorProto encode(String name, Tensor tensor) {
    if (tensor.dataType() == DataType.STRING || tensor.byteCount() < SMALLEST_OUTSIDE) {
      return super.encode(name, tensor);
    }
    try {
      long offset = (channel.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      channel.position(offset);
      ByteBuffer data = tensor.data();
      while (data.hasRemaining()) {
        int length = Math.min(PIECE, data.remaining());
        ByteBuffer piece = data.slice(data.position(), length);
        while (piece.hasRemaining()) {
          channel.write(piece);
        }
        data.position(data.position() + length);
      }
      return header(name, tensor)
          .setDataLocation(Onnx.TensorProto.DataLocation.EXTERNAL)
          .addExternalData(entry("location", location))
          .addExternalData(entry("offset", Long.toString(offset)))
          .addExternalData(entry("length", Long.toString(tensor.byteCount())))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Onnx.StringStringEntryProto entry(String key, String value) {
    return Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
