package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.TensorType;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Normalization by statistics of the input or of training. */
final class NormalizationNodes {
  private NormalizationNodes() {}

  static void addTo(Map<String, NodeRule> rules) {
    rules.put("BatchNormalization", NormalizationNodes::batch);
    rules.put("InstanceNormalization", NormalizationNodes::instance);
    rules.put("LayerNormalization", NormalizationNodes::layer);
    rules.put("GroupNormalization", NormalizationNodes::group);
    rules.put("MeanVarianceNormalization", NormalizationNodes::meanVariance);
    rules.put("LRN", NormalizationNodes::localResponse);
    rules.put("LpNormalization", NormalizationNodes::lp);
  }

  private static String epsilon(NodeContext node) {
    return ArithmeticNodes.number(node.node().floatAttribute("epsilon", 1e-5f));
  }

  private static void batch(NodeContext node) {
    if (node.node().intAttribute("training_mode", 0) != 0) {
      throw new InexpressibleNodeException("it is in training mode");
    }
    node.finish("BatchNormInference", 5, Map.of("epsilon", epsilon(node)), node.inputs());
  }

  private static Out normalized(NodeContext node, long[] axes, String epsilon) {
    return node.emit(
        "MVN",
        6,
        Map.of("normalize_variance", "true", "eps", epsilon, "eps_mode", "inside_sqrt"),
        node.type(0),
        node.input(0),
        node.ints(axes));
  }

  private static void instance(NodeContext node) {
    int rank = node.rank(0);
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[1] = node.lengths(1)[0];
    Out unit = normalized(node, LongStream.range(2, rank).toArray(), epsilon(node));
    Out scaled =
        node.binary("Multiply", unit, StoredWeights.reshaped(node, 1, shape), node.type(0));
    node.finishBinary("Add", scaled, StoredWeights.reshaped(node, 2, shape));
  }

  private static void layer(NodeContext node) {
    if (node.isWanted(1) || node.isWanted(2)) {
      throw new InexpressibleNodeException("its mean or deviation is read");
    }
    int rank = node.rank(0);
    int axis = node.axis("axis", -1, rank);
    Out value = normalized(node, LongStream.range(axis, rank).toArray(), epsilon(node));
    if (!node.hasInput(2)) {
      node.finishBinary("Multiply", value, node.input(1));
      return;
    }
    Out scaled = node.binary("Multiply", value, node.input(1), node.type(0));
    node.finishBinary("Add", scaled, node.input(2));
  }

  private static void group(NodeContext node) {
    node.finish(
        "GroupNormalization",
        12,
        Map.of(
            "num_groups", Long.toString(node.node().intAttribute("num_groups", 1)),
            "epsilon", epsilon(node)),
        node.inputs());
  }

  private static void meanVariance(NodeContext node) {
    long[] axes = node.node().intsAttribute("axes", 0, 2, 3);
    node.finish(
        "MVN",
        6,
        Map.of("normalize_variance", "true", "eps", "1.0E-9", "eps_mode", "outside_sqrt"),
        node.input(0),
        node.ints(axes));
  }

  private static void localResponse(NodeContext node) {
    node.finish(
        "LRN",
        1,
        Map.of(
            "alpha", ArithmeticNodes.number(node.node().floatAttribute("alpha", 1e-4f)),
            "beta", ArithmeticNodes.number(node.node().floatAttribute("beta", 0.75f)),
            "bias", ArithmeticNodes.number(node.node().floatAttribute("bias", 1)),
            "size", Long.toString(node.node().intAttribute("size", 1))),
        node.input(0),
        node.ints(1));
  }

  private static void lp(NodeContext node) {
    int axis = node.axis("axis", -1, node.rank(0));
    long power = node.node().intAttribute("p", 2);
    TensorType norm = new TensorType(node.dataType(0), null);
    Out sum =
        node.emit(
            power == 1 ? "ReduceL1" : "ReduceL2",
            4,
            Map.of("keep_dims", "true"),
            norm,
            node.input(0),
            node.ints(axis));
    node.finishBinary("Divide", node.input(0), sum);
  }
}
