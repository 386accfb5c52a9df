package io.nncf4j.engines;

import io.nncf4j.core.graph.Model;

/** A runtime that can execute models. Registered as a service; safe for use by several threads. */
public interface Engine {
  /** Short name, such as {@code onnxruntime}. */
  String name();

  /** Version of the runtime underneath. */
  String version();

  /**
   * Prepares a model for running.
   *
   * @throws io.nncf4j.core.UnsupportedOperatorException when the engine cannot run some nodes; all
   *     are listed
   */
  Session compile(Model model, SessionOptions options);
}
