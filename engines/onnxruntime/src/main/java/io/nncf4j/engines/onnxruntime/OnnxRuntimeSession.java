package io.nncf4j.engines.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.FloatInputs;
import io.nncf4j.engines.InputCheck;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One session of ONNX Runtime.
 *
 * <p>Outputs are copied once, onto the heap, where the garbage collector sees their size; with
 * {@link SessionOptions#reuseOutputs} the runtime writes them straight into buffers that are used
 * again, and nothing is copied.
 */
final class OnnxRuntimeSession implements Session {
  private final Model model;
  private final SessionOptions options;
  private final RuntimeGraph graph;
  private final OrtSession session;
  private final RuntimeModel source;
  private final InputFeeds feeds;
  private final @Nullable OutputBuffers buffers;
  private final Set<String> computed;
  private boolean closed;

  /**
   * @param source what the runtime reads weights from as long as the session lives
   */
  OnnxRuntimeSession(
      OrtEnvironment environment,
      Model model,
      SessionOptions options,
      RuntimeGraph graph,
      OrtSession session,
      RuntimeModel source) {
    this.model = model;
    this.options = options;
    this.graph = graph;
    this.session = session;
    this.source = source;
    feeds = new InputFeeds(environment, graph.feedNames());
    buffers = options.reuseOutputs() ? new OutputBuffers(environment) : null;
    computed = new LinkedHashSet<>(graph.computed());
  }

  @Override
  public SessionOptions options() {
    return options;
  }

  @Override
  public List<Value> inputs() {
    return model.graph().inputs();
  }

  @Override
  public List<String> outputs() {
    return graph.outputs();
  }

  @Override
  public synchronized Map<String, Tensor> run(Map<String, Tensor> given) {
    if (closed) {
      throw new NncfException("The session is closed; compile the model again to run it");
    }
    Map<String, Tensor> inputs = FloatInputs.fit(inputs(), given);
    InputCheck.check(inputs(), inputs);
    try {
      Map<String, OnnxTensor> opened = feeds.open(inputs);
      try {
        return inOrder(buffers == null ? copied(opened) : reused(buffers, opened, inputs), inputs);
      } finally {
        InputFeeds.close(opened);
      }
    } catch (OrtException failure) {
      throw OrtErrors.whileRunning(model, failure);
    }
  }

  private Map<String, Tensor> copied(Map<String, OnnxTensor> opened) throws OrtException {
    try (OrtSession.Result result = session.run(opened, computed)) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        outputs.put(output.getKey(), OrtTensors.copy(output.getKey(), output.getValue()));
      }
      return outputs;
    }
  }

  private Map<String, Tensor> reused(
      OutputBuffers ready, Map<String, OnnxTensor> opened, Map<String, Tensor> inputs)
      throws OrtException {
    List<Tensor> inFixedOrder = new ArrayList<>();
    inputs().forEach(input -> inFixedOrder.add(Objects.requireNonNull(inputs.get(input.name()))));
    boolean failed = false;
    if (ready.isReadyFor(inFixedOrder)) {
      try {
        return intoBuffers(ready, opened);
      } catch (OrtException mayBeAnotherShape) {
        failed = true;
      }
    }
    Map<String, Tensor> outputs = copied(opened);
    if (failed) {
      ready.forgetVarying(outputs);
    }
    ready.learn(inFixedOrder, outputs);
    return outputs;
  }

  private Map<String, Tensor> intoBuffers(OutputBuffers ready, Map<String, OnnxTensor> opened)
      throws OrtException {
    Set<String> leftToRuntime = new LinkedHashSet<>(computed);
    leftToRuntime.removeIf(ready::holds);
    try (OrtSession.Result result = session.run(opened, leftToRuntime, ready.runtimeViews())) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        String name = output.getKey();
        outputs.put(
            name,
            ready.holds(name) ? ready.tensor(name) : OrtTensors.copy(name, output.getValue()));
      }
      return outputs;
    }
  }

  /** Ends profiling and returns the path of the profile. */
  String endProfiling() {
    try {
      return session.endProfiling();
    } catch (OrtException failure) {
      throw OrtErrors.whileRunning(model, failure);
    }
  }

  private Map<String, Tensor> inOrder(Map<String, Tensor> results, Map<String, Tensor> inputs) {
    Graph original = model.graph();
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (String name : graph.outputs()) {
      Tensor tensor = results.get(name);
      if (tensor == null) {
        tensor = original.isInput(name) ? inputs.get(name) : original.constant(name);
      }
      if (tensor == null) {
        throw new NncfException("ONNX Runtime handed back no \"" + name + "\"");
      }
      outputs.put(name, tensor);
    }
    return Collections.unmodifiableMap(outputs);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (buffers != null) {
      buffers.close();
    }
    try {
      session.close();
    } catch (OrtException failure) {
      throw OrtErrors.whileClosing(failure);
    } finally {
      source.close();
    }
  }
}
