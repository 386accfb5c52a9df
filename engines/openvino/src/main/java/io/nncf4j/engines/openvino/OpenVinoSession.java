package io.nncf4j.engines.openvino;

import com.sun.jna.Pointer;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.FloatInputs;
import io.nncf4j.engines.InputCheck;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.TemporaryFolders;
import io.nncf4j.formats.openvino.OpenVinoWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One inference request of OpenVINO; inputs and outputs are copied, by name. */
final class OpenVinoSession implements Session {
  private final Model model;
  private final SessionOptions options;
  private final OpenVinoTensors tensors;
  private final Pointer request;
  private final OpenVinoLibrary library;
  private final Deque<Runnable> release;

  private OpenVinoSession(
      OpenVinoLibrary library,
      Model model,
      SessionOptions options,
      Pointer request,
      Deque<Runnable> release) {
    this.library = library;
    this.model = model;
    this.options = options;
    this.request = request;
    this.release = release;
    tensors = new OpenVinoTensors(library, request);
  }

  static OpenVinoSession open(OpenVinoLibrary library, Model original, SessionOptions options) {
    Model model = ShapeInference.infer(withProbes(original, options.probes()));
    Status status = new Status(library);
    Deque<Runnable> release = new ArrayDeque<>();
    boolean opened = false;
    try {
      Path folder = TemporaryFolders.create("a model for OpenVINO");
      release.push(() -> TemporaryFolders.delete(folder));
      List<Path> files = new OpenVinoWriter().write(model, folder.resolve("model.xml"));
      String network = files.get(0).toString();
      String weights = files.get(1).toString();
      Pointer core = status.made(library::ov_core_create, "cannot start");
      release.push(() -> library.ov_core_free(core));
      Pointer read =
          status.made(
              result -> library.ov_core_read_model(core, network, weights, result),
              "cannot read the model as IR");
      release.push(() -> library.ov_model_free(read));
      String[] properties = {
        "INFERENCE_NUM_THREADS", Integer.toString(options.threads()),
        "PERFORMANCE_HINT", "LATENCY",
        "INFERENCE_PRECISION_HINT", "f32"
      };
      Pointer compiled =
          status.made(
              result ->
                  library.ov_core_compile_model(
                      core, read, "CPU", properties.length, result, (Object[]) properties),
              "cannot compile the model");
      release.push(() -> library.ov_compiled_model_free(compiled));
      Pointer request =
          status.made(
              result -> library.ov_compiled_model_create_infer_request(compiled, result),
              "cannot make a request");
      release.push(() -> library.ov_infer_request_free(request));
      opened = true;
      return new OpenVinoSession(library, model, options, request, release);
    } finally {
      if (!opened) {
        release.forEach(Runnable::run);
      }
    }
  }

  private static Model withProbes(Model model, List<String> probes) {
    Graph graph = model.graph();
    GraphEditor editor = new GraphEditor(graph);
    Set<String> outputs = new LinkedHashSet<>();
    graph.outputs().forEach(output -> outputs.add(output.name()));
    for (String probe : probes) {
      if (!graph.isDefined(probe)) {
        throw new InputException("There is no value \"" + probe + "\" to look at");
      }
      if (outputs.add(probe)) {
        editor.output(graph.value(probe));
      }
    }
    return model.withGraph(editor.build());
  }

  @Override
  public List<Value> inputs() {
    return model.graph().inputs();
  }

  @Override
  public SessionOptions options() {
    return options;
  }

  @Override
  public List<String> outputs() {
    return model.graph().outputs().stream().map(Value::name).distinct().toList();
  }

  @Override
  public synchronized Map<String, Tensor> run(Map<String, Tensor> given) {
    if (release.isEmpty()) {
      throw new NncfException("The session is closed; compile the model again to run it");
    }
    Map<String, Tensor> inputs = FloatInputs.fit(inputs(), given);
    InputCheck.check(inputs(), inputs);
    inputs.forEach(tensors::write);
    new Status(library).check(library.ov_infer_request_infer(request), "cannot run the model");
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (Value output : model.graph().outputs()) {
      outputs.put(output.name(), output(output, inputs));
    }
    return Collections.unmodifiableMap(outputs);
  }

  private Tensor output(Value output, Map<String, Tensor> inputs) {
    Tensor known = inputs.get(output.name());
    known = known == null ? model.graph().constant(output.name()) : known;
    if (known != null) {
      return known;
    }
    DataType type = output.tensorType().dataType();
    if (type == null) {
      throw new NncfException("The element type of the output \"" + output.name() + "\" is open");
    }
    return tensors.read(output.name(), type);
  }

  @Override
  public synchronized void close() {
    while (!release.isEmpty()) {
      release.pop().run();
    }
  }
}
