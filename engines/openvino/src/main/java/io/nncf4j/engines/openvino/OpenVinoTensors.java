package io.nncf4j.engines.openvino;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Copies tensors into and out of those that a request holds, by their names. */
final class OpenVinoTensors {
  private final OpenVinoLibrary library;
  private final Status status;
  private final Pointer request;

  OpenVinoTensors(OpenVinoLibrary library, Pointer request) {
    this.library = library;
    this.request = request;
    status = new Status(library);
  }

  /** An input; an open shape becomes that of the tensor. */
  void write(String name, Tensor tensor) {
    Pointer target = tensor(name);
    try {
      if (!Arrays.equals(shape(target, name), tensor.shape())) {
        status.check(
            library.ov_tensor_set_shape(target, lengths(tensor.shape())),
            "cannot give the input \"" + name + "\" the shape of " + tensor);
      }
      ByteBuffer data = tensor.data();
      bytes(target, name, data.remaining()).put(data);
    } finally {
      library.ov_tensor_free(target);
    }
  }

  /** An output, copied onto the heap. */
  Tensor read(String name, DataType type) {
    Pointer source = tensor(name);
    try {
      long[] shape = shape(source, name);
      ByteBuffer copy = Tensor.allocate(type, Tensor.elementCount(shape));
      copy.put(bytes(source, name, copy.remaining())).flip();
      return Tensor.of(type, shape, copy);
    } finally {
      library.ov_tensor_free(source);
    }
  }

  private Pointer tensor(String name) {
    return status.made(
        result -> library.ov_infer_request_get_tensor(request, name, result),
        "has no tensor \"" + name + "\"");
  }

  private long[] shape(Pointer tensor, String name) {
    OpenVinoLibrary.Lengths lengths = new OpenVinoLibrary.Lengths();
    status.check(
        library.ov_tensor_get_shape(tensor, lengths), "cannot tell the shape of \"" + name + "\"");
    try {
      return lengths.rank == 0
          ? new long[0]
          : lengths.lengths.getLongArray(0, Math.toIntExact(lengths.rank));
    } finally {
      library.ov_shape_free(lengths);
    }
  }

  private static OpenVinoLibrary.Lengths.ByValue lengths(long[] shape) {
    OpenVinoLibrary.Lengths.ByValue lengths = new OpenVinoLibrary.Lengths.ByValue();
    lengths.rank = shape.length;
    Memory memory = new Memory(Long.BYTES * Math.max(1L, shape.length));
    memory.write(0, shape, 0, shape.length);
    lengths.lengths = memory;
    return lengths;
  }

  /** The memory of a tensor, which holds exactly {@code expected} bytes. */
  private ByteBuffer bytes(Pointer tensor, String name, int expected) {
    LongByReference size = new LongByReference();
    status.check(
        library.ov_tensor_get_byte_size(tensor, size), "cannot tell the size of \"" + name + "\"");
    if (size.getValue() != expected) {
      throw new NncfException(
          "OpenVINO holds \""
              + name
              + "\" in "
              + size.getValue()
              + " bytes, expected "
              + expected
              + "; is it of another element type there?");
    }
    if (expected == 0) {
      return ByteBuffer.allocate(0);
    }
    PointerByReference data = new PointerByReference();
    status.check(library.ov_tensor_data(tensor, data), "cannot show the data of \"" + name + "\"");
    return data.getValue().getByteBuffer(0, expected);
  }
}
