package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.NncfException;

/** A layer, or a form of it, that ONNX operators cannot express; the layer is kept as it is. */
final class InexpressibleLayerException extends NncfException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason a clause such as {@code "its padding is symmetric"}
   */
  InexpressibleLayerException(String reason) {
    super(reason);
  }
}
