package io.nncf4j.cli.run;

import io.nncf4j.core.InputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model that a verb reads, whose weights may stand in another file; a mixin. */
public final class ModelOptions {
  @Parameters(paramLabel = "MODEL", description = "Model file; with --weights its graph.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before the verb is called
  private Path file;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Put the tensors of a PyTorch state dictionary (.pth, .th) or a Safetensors file into the"
              + " model's constants of the same names.")
  private @Nullable Path weights;

  @Option(
      names = "--partial-weights",
      description = "The model keeps its own tensors where the file of --weights has none.")
  private boolean partly;

  /** The file of the model. */
  public Path file() {
    return file;
  }

  /**
   * @throws InputException when options do not go together
   */
  public GivenModel model() {
    if (partly && weights == null) {
      throw new InputException("--partial-weights goes with --weights");
    }
    return weights == null
        ? GivenModel.of(file)
        : new GivenModel(file, new NamedWeights(weights, partly));
  }
}
