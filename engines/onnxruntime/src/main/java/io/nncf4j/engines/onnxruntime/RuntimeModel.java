package io.nncf4j.engines.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.TemporaryFolders;
import io.nncf4j.formats.onnx.OnnxWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model on its way into the runtime: as bytes, or, when the weights are large, as a temporary
 * file whose weights the runtime maps instead of copying them through the heap.
 */
final class RuntimeModel implements AutoCloseable {
  /** Weights beyond this many bytes go through a file. */
  private static final long LARGE = 256L << 20;

  private final Model model;
  private @Nullable Path folder;

  private RuntimeModel(Model model, @Nullable Path folder) {
    this.model = model;
    this.folder = folder;
  }

  static RuntimeModel of(Model model) {
    long bytes = model.graph().constants().values().stream().mapToLong(Tensor::byteCount).sum();
    if (bytes <= LARGE) {
      return new RuntimeModel(model, null);
    }
    return new RuntimeModel(model, TemporaryFolders.create("a model of " + (bytes >> 20) + " MiB"));
  }

  OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions settings)
      throws OrtException {
    if (folder == null) {
      return environment.createSession(OnnxWriter.toBytes(model), settings);
    }
    Path file = folder.resolve("model.onnx");
    try {
      folder.toFile().deleteOnExit();
      for (Path written : OnnxWriter.withWeightsBeside().write(model, file)) {
        written.toFile().deleteOnExit();
      }
    } catch (UncheckedIOException failure) {
      throw new NncfException(
          "Cannot write the model to " + file + " for ONNX Runtime: " + failure.getMessage(),
          failure);
    }
    OrtSession session = environment.createSession(file.toString(), settings);
    removeEarly();
    return session;
  }

  /**
   * What the runtime has mapped stays readable without a name, except on Windows, where the files
   * stay until the session is closed.
   */
  private void removeEarly() {
    if (!System.getProperty("os.name", "").startsWith("Windows")) {
      close();
    }
  }

  /** Removes the temporary files, if there are any left. */
  @Override
  public void close() {
    if (folder != null) {
      TemporaryFolders.delete(folder);
      folder = null;
    }
  }
}
