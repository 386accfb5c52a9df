package io.nncf4j.cli.run;

import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.SessionOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells what is wrong with a model as it was read from what goes wrong with it later. */
public final class ReadModel {
  private static final int PROBLEMS_SHOWN = 5;

  private ReadModel() {}

  /**
   * Looks at a model before anything is done with it.
   *
   * @return the model
   * @throws InputException naming the file, when nodes lack what their operators need
   */
  static Model verified(Path file, Model model) {
    List<String> problems = Verifier.STANDARD.verify(model);
    if (!problems.isEmpty()) {
      int hidden = problems.size() - PROBLEMS_SHOWN;
      throw new InputException(
          file
              + " is not a valid model: "
              + String.join("; ", problems.subList(0, Math.min(problems.size(), PROBLEMS_SHOWN)))
              + (hidden > 0 ? "; and " + hidden + " more" : ""));
    }
    return model;
  }

  /**
   * Does work that runs a model. Where it fails, the model is tried as it was read; this costs
   * nothing where nothing fails.
   *
   * @throws InputException naming the file, when the engine does not take the model as it was read
   */
  public static <T> T run(Engine engine, Path file, Model read, Supplier<T> work) {
    try {
      return work.get();
    } catch (InputException known) {
      throw known;
    } catch (NncfException failure) {
      InputException refused = refusal(engine, file, read);
      if (refused != null) {
        throw refused;
      }
      throw failure;
    }
  }

  private static @Nullable InputException refusal(Engine engine, Path file, Model read) {
    try {
      engine.compile(read, SessionOptions.defaults()).close();
      return null;
    } catch (NncfException refused) {
      return new InputException(file + " cannot be run as it is: " + refused.getMessage(), refused);
    }
  }
}
