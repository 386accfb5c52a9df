package io.nncf4j.engines.openvino;

import com.sun.jna.Pointer;
import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.util.Objects;

/**
 * Runs models with OpenVINO on the CPU, where the user has its library; it gets the IR that our
 * writer makes of a model.
 *
 * <p>Without the library, {@link #version} and {@link #compile} say how to get it. Floats are
 * computed in float32, also on processors that could do it in bfloat16.
 */
public final class OpenVinoEngine implements Engine {
  @Override
  public String name() {
    return "openvino";
  }

  @Override
  public String version() {
    OpenVinoLibrary library = library();
    OpenVinoLibrary.Version version = new OpenVinoLibrary.Version();
    new Status(library).check(library.ov_get_openvino_version(version), "cannot tell its version");
    try {
      Pointer text = Objects.requireNonNull(version.buildNumber, "a version without a number");
      return text.getString(0);
    } finally {
      library.ov_version_free(version);
    }
  }

  @Override
  public Session compile(Model model, SessionOptions options) {
    return OpenVinoSession.open(library(), model, options);
  }

  private static OpenVinoLibrary library() {
    return OpenVinoInstallation.load(System.getenv(OpenVinoInstallation.FOLDER_VARIABLE));
  }
}
