package io.nncf4j.engines.libtorch;

import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.Engine;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;

/** Runs graphs on libtorch, and trains them. */
public final class LibtorchEngine implements Engine {
  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public String version() {
    return Libtorch.VERSION;
  }

  @Override
  public Session compile(Model model, SessionOptions options) {
    Libtorch.load();
    return new LibtorchSession(model, options);
  }

  /**
   * Prepares a model for training. The model itself never changes; see {@link
   * TrainingSession#snapshot}.
   *
   * @throws io.nncf4j.core.UnsupportedOperatorException when some nodes cannot be run or trained;
   *     all are listed
   */
  public TrainingSession train(Model model, TrainingOptions options) {
    Libtorch.load();
    return new TrainingSession(model, options);
  }
}
