package io.nncf4j.core;

import org.jspecify.annotations.Nullable;

/**
 * A failure that a user can read: the message names the node, tensor or file, what was expected and
 * found, and the next step.
 *
 * <p>The command line prints the message alone and ends with exit code 1, or 2 for an {@link
 * InputException}.
 */
public class NncfException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NncfException(String message) {
    super(message);
  }

  public NncfException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
