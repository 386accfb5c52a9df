package io.nncf4j.formats.openvino.read;

/** How layers of one type become ONNX nodes. */
@FunctionalInterface
interface LayerRule {
  /**
   * @throws InexpressibleLayerException when ONNX has no way to say what the layer does
   */
  void translate(LayerContext layer);
}
