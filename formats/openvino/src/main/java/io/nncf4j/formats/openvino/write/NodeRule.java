package io.nncf4j.formats.openvino.write;

/** How nodes of one type become OpenVINO layers. */
@FunctionalInterface
interface NodeRule {
  /**
   * @throws InexpressibleNodeException when OpenVINO has no way to say what the node does
   */
  void encode(NodeContext node);
}
