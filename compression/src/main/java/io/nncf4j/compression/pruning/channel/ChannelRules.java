package io.nncf4j.compression.pruning.channel;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.quantize.FakeQuantize;
import java.util.HashMap;
import java.util.Map;

/** The table of rules. Operators that are not in it keep all channels of all they touch. */
final class ChannelRules {
  /** For operators that nothing is known about. */
  private static final ChannelRule OPAQUE = links -> {};

  private static final Map<String, ChannelRule> RULES = rules();

  private ChannelRules() {}

  static ChannelRule of(Node node) {
    if (FakeQuantize.is(node) || isMask(node)) {
      return new ElementwiseChannels();
    }
    return node.operator().isOnnx() ? RULES.getOrDefault(node.type(), OPAQUE) : OPAQUE;
  }

  /** The product of a weight and a mask, which stands in models that are being trained. */
  private static boolean isMask(Node node) {
    return node.operator().domain().equals(OperatorType.NNCF_DOMAIN)
        && node.operator().name().equals("MaskedWeight");
  }

  private static Map<String, ChannelRule> rules() {
    Map<String, ChannelRule> rules = new HashMap<>();
    put(
        rules,
        new ElementwiseChannels(),
        // one input
        "Abs",
        "Acos",
        "Acosh",
        "Asin",
        "Asinh",
        "Atan",
        "Atanh",
        "BitwiseNot",
        "Cast",
        "Ceil",
        "Celu",
        "Clip",
        "Cos",
        "Cosh",
        "Dropout",
        "Elu",
        "Erf",
        "Exp",
        "Floor",
        "Gelu",
        "HardSigmoid",
        "HardSwish",
        "Identity",
        "IsInf",
        "IsNaN",
        "LeakyRelu",
        "Log",
        "Mish",
        "Neg",
        "Not",
        "Reciprocal",
        "Relu",
        "Round",
        "Selu",
        "Shrink",
        "Sigmoid",
        "Sign",
        "Sin",
        "Sinh",
        "Softplus",
        "Softsign",
        "Sqrt",
        "Swish",
        "Tan",
        "Tanh",
        "ThresholdedRelu",
        // several
        "Add",
        "And",
        "BitShift",
        "BitwiseAnd",
        "BitwiseOr",
        "BitwiseXor",
        "Div",
        "Equal",
        "Greater",
        "GreaterOrEqual",
        "Less",
        "LessOrEqual",
        "Max",
        "Mean",
        "Min",
        "Mod",
        "Mul",
        "Or",
        "PRelu",
        "Pow",
        "Sub",
        "Sum",
        "Where",
        "Xor");
    put(rules, new ConvolutionChannels(false), "Conv");
    put(rules, new ConvolutionChannels(true), "ConvTranspose");
    put(rules, new MatrixChannels(), "MatMul");
    put(rules, new GemmChannels(), "Gemm");
    put(rules, new EinsumChannels(), "Einsum");
    put(rules, new NormalizationChannels.Batch(), "BatchNormalization");
    put(rules, new NormalizationChannels.Instance(), "InstanceNormalization");
    put(rules, new NormalizationChannels.Group(), "GroupNormalization");
    put(rules, new NormalizationChannels.Layer(), "LayerNormalization", "RMSNormalization");
    put(
        rules,
        new NormalizationChannels.AlongAxis(-1, "normalizes over"),
        "Softmax",
        "LogSoftmax",
        "Hardmax",
        "LpNormalization");
    put(
        rules,
        new WindowChannels(),
        "AveragePool",
        "GlobalAveragePool",
        "GlobalLpPool",
        "GlobalMaxPool",
        "LpPool",
        "MaxPool");
    put(rules, new ReductionChannels(true), "ReduceSum", "ReduceSumSquare", "ReduceL1", "ReduceL2");
    put(
        rules,
        new ReductionChannels(false),
        "ReduceMean",
        "ReduceMax",
        "ReduceMin",
        "ReduceProd",
        "ReduceLogSum",
        "ReduceLogSumExp");
    put(rules, new MovementChannels.Transpose(), "Transpose");
    put(rules, new MovementChannels.Concat(), "Concat");
    put(rules, new MovementChannels.Tile(), "Tile");
    put(rules, new MovementChannels.DepthAndSpace(true), "DepthToSpace");
    put(rules, new MovementChannels.DepthAndSpace(false), "SpaceToDepth");
    put(rules, new SplitChannels(), "Split");
    put(rules, new SliceChannels(), "Slice");
    put(rules, new PadChannels(), "Pad");
    put(rules, new GatherChannels(), "Gather");
    put(rules, new SpreadChannels(1), "Expand");
    put(rules, new SpreadChannels(3), "Resize");
    put(rules, new ReshapeChannels(), "Reshape", "Flatten", "Squeeze", "Unsqueeze");
    put(rules, new QuantizationChannels(), "QuantizeLinear", "DequantizeLinear");
    put(rules, new ShapeOfChannels(), "Shape", "Size");
    return Map.copyOf(rules);
  }

  private static void put(Map<String, ChannelRule> rules, ChannelRule rule, String... types) {
    for (String type : types) {
      rules.put(type, rule);
    }
  }
}
