package io.nncf4j.engines.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Buffers outside the heap that the runtime writes outputs into, run after run.
 *
 * <p>The first run with inputs of certain shapes shows the shapes of the outputs; the runs behind
 * it with inputs of the same shapes write into buffers of those shapes. An output whose shape
 * turned out to depend on the content of the inputs is left to the runtime from then on.
 */
final class OutputBuffers implements AutoCloseable {
  /** A buffer seen from both sides. */
  private record Buffer(OnnxTensor runtimeView, Tensor tensor) {}

  private final OrtEnvironment environment;
  private final Map<String, Buffer> buffers = new HashMap<>();
  private final Set<String> varying = new LinkedHashSet<>();
  private List<long[]> inputShapes = List.of();

  OutputBuffers(OrtEnvironment environment) {
    this.environment = environment;
  }

  /** True when buffers stand ready for inputs of these shapes. */
  boolean isReadyFor(Collection<Tensor> inputs) {
    if (buffers.isEmpty() || inputs.size() != inputShapes.size()) {
      return false;
    }
    int index = 0;
    for (Tensor input : inputs) {
      if (!Arrays.equals(input.shape(), inputShapes.get(index++))) {
        return false;
      }
    }
    return true;
  }

  Map<String, OnnxTensor> runtimeViews() {
    Map<String, OnnxTensor> views = new HashMap<>();
    buffers.forEach((name, buffer) -> views.put(name, buffer.runtimeView()));
    return views;
  }

  boolean holds(String output) {
    return buffers.containsKey(output);
  }

  Tensor tensor(String output) {
    Buffer buffer = buffers.get(output);
    if (buffer == null) {
      throw new IllegalStateException("no buffer for " + output);
    }
    return buffer.tensor();
  }

  /** Makes buffers for outputs like these, which inputs of these shapes have led to. */
  void learn(Collection<Tensor> inputs, Map<String, Tensor> outputs) throws OrtException {
    close();
    List<long[]> shapes = new ArrayList<>();
    inputs.forEach(input -> shapes.add(input.shape()));
    inputShapes = shapes;
    for (Map.Entry<String, Tensor> entry : outputs.entrySet()) {
      Tensor output = entry.getValue();
      if (output.size() > 0
          && OrtTensors.isPinnable(output.dataType())
          && !varying.contains(entry.getKey())) {
        ByteBuffer data = Tensor.allocateDirect(output.dataType(), output.size());
        Tensor tensor = Tensor.of(output.dataType(), output.shape(), data);
        OnnxTensor view = OrtTensors.view(environment, output.dataType(), data, output.shape());
        buffers.put(entry.getKey(), new Buffer(view, tensor));
      }
    }
  }

  /**
   * After a run into the buffers failed and one without them did not: remembers which outputs have
   * another shape now, or none of them can be trusted.
   */
  void forgetVarying(Map<String, Tensor> outputs) {
    int before = varying.size();
    buffers.forEach(
        (name, buffer) -> {
          Tensor output = outputs.get(name);
          if (output == null || !Arrays.equals(output.shape(), buffer.tensor().shape())) {
            varying.add(name);
          }
        });
    if (varying.size() == before) {
      varying.addAll(buffers.keySet());
    }
  }

  /** Gives the runtime's views back; tensors handed out keep their memory alive themselves. */
  @Override
  public void close() {
    buffers.values().forEach(buffer -> buffer.runtimeView().close());
    buffers.clear();
  }
}
