package io.nncf4j.formats.pytorch.script;

import io.nncf4j.core.InputException;

/** Code decides by a value that following it once does not know. */
final class UndecidedException extends InputException {
  private static final long serialVersionUID = 1L;

  UndecidedException(String message) {
    super(message);
  }
}
