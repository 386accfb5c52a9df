package io.nncf4j.core;

import org.jspecify.annotations.Nullable;

/**
 * Something handed in is wrong: a model, a data set, an option, a path. The fault is in the input
 * and never in the program.
 */
public class InputException extends NncfException {
  private static final long serialVersionUID = 1L;

  public InputException(String message) {
    super(message);
  }

  public InputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
