package io.nncf4j.core.pass;

import io.nncf4j.core.graph.Model;

/**
 * A rewrite of a model, as a value: usually a record whose components are its options.
 *
 * <p>A pass never changes the model it is given. Applied to its own result it changes nothing more.
 */
public interface Pass {
  /**
   * Verb and noun, such as {@code fold-batch-normalization}; the default is the class name in kebab
   * case.
   */
  default String name() {
    return getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
        .toLowerCase(java.util.Locale.ROOT);
  }

  PassResult apply(Model model);
}
