package io.nncf4j.formats.onnx;

import io.nncf4j.formats.onnx.proto.Onnx;

/** The functions that a model brings along. */
final class ModelFunctions {
  private ModelFunctions() {}

  /** Operator name of a node, with the overload behind it that picks one of several functions. */
  static String key(Onnx.NodeProto node) {
    return node.getOverload().isEmpty()
        ? node.getOpType()
        : node.getOpType() + ":" + node.getOverload();
  }
}
