package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.InputException;

/** An operator, or this use of it, has no equal: the node is kept as it is, with the reason. */
public final class InexpressibleCallException extends InputException {
  private static final long serialVersionUID = 1L;

  public InexpressibleCallException(String reason) {
    super(reason);
  }
}
