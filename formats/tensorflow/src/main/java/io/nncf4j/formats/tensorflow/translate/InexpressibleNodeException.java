package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.InputException;

/** An operator, or this use of it, has no equal: the node is kept as it is, with the reason. */
final class InexpressibleNodeException extends InputException {
  private static final long serialVersionUID = 1L;

  InexpressibleNodeException(String reason) {
    super(reason);
  }
}
