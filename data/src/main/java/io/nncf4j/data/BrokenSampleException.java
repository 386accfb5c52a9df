package io.nncf4j.data;

import io.nncf4j.core.InputException;
import org.jspecify.annotations.Nullable;

/**
 * One sample cannot be used: its file is missing, damaged or absurd. A loader skips it, names it
 * and goes on with the others.
 */
public class BrokenSampleException extends InputException {
  private static final long serialVersionUID = 1L;

  /**
   * @param name file or entry
   * @param reason a clause such as "the file is truncated"
   */
  public BrokenSampleException(String name, String reason) {
    this(name, reason, null);
  }

  public BrokenSampleException(String name, String reason, @Nullable Throwable cause) {
    super(name + ": " + reason, cause);
  }
}
