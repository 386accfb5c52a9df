package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.NncfException;

/** A node, or a form of it, that OpenVINO operators cannot express. */
final class InexpressibleNodeException extends NncfException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason a clause that ends a sentence, such as {@code "it pads by wrapping around"}
   */
  InexpressibleNodeException(String reason) {
    super(reason);
  }
}
