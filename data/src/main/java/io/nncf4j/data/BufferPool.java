package io.nncf4j.data;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Buffers outside the heap that are used again; all of one size, others are let go. */
final class BufferPool {
  private static final int MOST_IDLE = 64;

  private final Queue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

  ByteBuffer take(int bytes) {
    ByteBuffer buffer = idle.poll();
    while (buffer != null && buffer.capacity() != bytes) {
      buffer = idle.poll();
    }
    return buffer == null ? Tensor.allocateDirect(DataType.UINT8, bytes) : buffer;
  }

  void giveBack(ByteBuffer buffer) {
    if (idle.size() < MOST_IDLE) {
      idle.add(buffer);
    }
  }
}
