package io.nncf4j.engines.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Hands inputs to the runtime: those outside the heap as they are, those on the heap through a
 * staging buffer for each input that is kept and used again.
 */
final class InputFeeds {
  private final OrtEnvironment environment;
  private final Map<String, String> feedNames;
  private final Map<String, ByteBuffer> staging = new HashMap<>();

  InputFeeds(OrtEnvironment environment, Map<String, String> feedNames) {
    this.environment = environment;
    this.feedNames = feedNames;
  }

  /** The runtime's tensors by its input names; the caller closes them. */
  Map<String, OnnxTensor> open(Map<String, Tensor> inputs) throws OrtException {
    Map<String, OnnxTensor> feeds = new HashMap<>();
    boolean complete = false;
    try {
      for (Map.Entry<String, String> names : feedNames.entrySet()) {
        String name = names.getKey();
        Tensor tensor = inputs.get(name);
        if (tensor != null) {
          feeds.put(names.getValue(), view(name, tensor));
        }
      }
      complete = true;
      return feeds;
    } finally {
      if (!complete) {
        close(feeds);
      }
    }
  }

  private OnnxTensor view(String name, Tensor tensor) throws OrtException {
    if (tensor.dataType() == DataType.STRING) {
      return OrtTensors.ofStrings(environment, tensor);
    }
    ByteBuffer data = tensor.data();
    return OrtTensors.view(
        environment,
        tensor.dataType(),
        data.isDirect() ? data : staged(name, data),
        tensor.shape());
  }

  private ByteBuffer staged(String name, ByteBuffer data) {
    int length = data.remaining();
    ByteBuffer buffer = staging.get(name);
    if (buffer == null || buffer.capacity() < length) {
      buffer = ByteBuffer.allocateDirect(length);
      staging.put(name, buffer);
    }
    buffer.clear().put(data).flip();
    return buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  static void close(Map<String, OnnxTensor> feeds) {
    feeds.values().forEach(OnnxTensor::close);
  }
}
