package io.nncf4j.engines.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.NodeProfiler;
import io.nncf4j.engines.NodeTime;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.TemporaryFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Runs models with ONNX Runtime on the CPU.
 *
 * <p>Takes every ONNX operator that the runtime has kernels for, and its contributed ones; not
 * FakeQuantize, which is lowered first. Inputs and outputs may have every type but four-bit,
 * eight-bit floating-point and complex ones.
 */
public final class OnnxRuntimeEngine implements Engine, NodeProfiler {
  private static final int PROFILE_WARM_UP = 5;

  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public String version() {
    return environment().getVersion();
  }

  /** The one environment of the process; the runtime's own messages would only double ours. */
  private static OrtEnvironment environment() {
    NativeLibraries.load();
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "nncf4j");
  }

  @Override
  public Session compile(Model model, SessionOptions options) {
    return open(model, options, settings -> {});
  }

  @Override
  public List<NodeTime> profile(
      Model model, Map<String, Tensor> inputs, SessionOptions options, int runs) {
    Path folder = TemporaryFolders.create("a profile");
    try {
      String prefix = folder.resolve("profile").toString();
      try (OnnxRuntimeSession session =
          open(model, options, settings -> settings.enableProfiling(prefix))) {
        for (int run = 0; run < PROFILE_WARM_UP + runs; run++) {
          session.run(inputs);
        }
        return RuntimeProfile.read(Path.of(session.endProfiling()), PROFILE_WARM_UP);
      }
    } catch (IOException failure) {
      throw new NncfException(
          "Cannot read the profile that ONNX Runtime wrote: " + failure.getMessage(), failure);
    } finally {
      TemporaryFolders.delete(folder);
    }
  }

  /** More settings of the runtime. */
  private interface Settings {
    void apply(OrtSession.SessionOptions settings) throws OrtException;
  }

  /**
   * Writes the graph as the runtime rewrote it for this machine, such as with the operators that it
   * fused. It can be read and looked at; other machines may not be able to run it.
   */
  public void writeOptimized(Model model, SessionOptions options, Path file) {
    open(model, options, settings -> settings.setOptimizedModelFilePath(file.toString())).close();
  }

  private static OnnxRuntimeSession open(Model model, SessionOptions options, Settings more) {
    RuntimeGraph graph = RuntimeGraph.of(model, options.probes());
    OrtEnvironment environment = environment();
    RuntimeModel source = RuntimeModel.of(graph.model());
    boolean opened = false;
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      settings.setIntraOpNumThreads(options.threads());
      settings.setInterOpNumThreads(1);
      settings.setOptimizationLevel(options.optimize() ? OptLevel.ALL_OPT : OptLevel.NO_OPT);
      settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      more.apply(settings);
      OrtSession session = source.open(environment, settings);
      OnnxRuntimeSession result =
          new OnnxRuntimeSession(environment, model, options, graph, session, source);
      opened = true;
      return result;
    } catch (OrtException failure) {
      throw OrtErrors.whileLoading(model, failure);
    } finally {
      if (!opened) {
        source.close();
      }
    }
  }
}
