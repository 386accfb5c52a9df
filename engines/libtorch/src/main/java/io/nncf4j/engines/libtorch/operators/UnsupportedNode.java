package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.NncfException;

/** This node cannot be run; the message is the reason, a clause without the node's name. */
public final class UnsupportedNode extends NncfException {
  private static final long serialVersionUID = 1L;

  public UnsupportedNode(String reason) {
    super(reason);
  }
}
