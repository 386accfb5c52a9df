package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import java.util.Map;

/** Batch normalisation, kept as a node of its own so that it can be trained, and softmax. */
final class NormalizationRules {
  private NormalizationRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("FusedBatchNorm", NormalizationRules::batch);
    rules.put("FusedBatchNormV2", NormalizationRules::batch);
    rules.put("FusedBatchNormV3", NormalizationRules::batch);
    rules.put("Softmax", node -> softmax(node, "Softmax"));
    rules.put("LogSoftmax", node -> softmax(node, "LogSoftmax"));
  }

  private static void batch(NodeContext node) {
    for (int output = 1; output < 6; output++) {
      if (node.isRead(output)) {
        throw new InexpressibleNodeException("its statistics are read");
      }
    }
    String mean = node.plain(3);
    if (node.length(mean, 0) == 0) {
      throw new InexpressibleNodeException("it is in training mode and keeps no statistics");
    }
    Attributes attributes = Attributes.NONE.with("epsilon", node.node.real("epsilon", 1e-4f));
    String input = node.picture(0);
    String value =
        node.last(
            "BatchNormalization",
            attributes,
            input,
            node.plain(1),
            node.plain(2),
            mean,
            node.plain(4));
    node.pictureResult(value);
  }

  /** Over the last axis of TensorFlow. */
  private static void softmax(NodeContext node, String type) {
    LaidOut input = node.input(0);
    if (input.isChannelsFirst()) {
      node.result(
          LaidOut.channelsFirst(node.last(type, Attributes.NONE.with("axis", 1L), input.value())));
    } else {
      node.plainResult(node.last(type, Attributes.NONE.with("axis", -1L), node.plain(0)));
    }
  }
}
