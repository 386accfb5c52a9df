package io.nncf4j.formats.tensorflow.translate;

/** How nodes of one operator are translated: ends with a result for each output that is read. */
@FunctionalInterface
interface NodeRule {
  void translate(NodeContext node);
}
