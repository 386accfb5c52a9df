package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.compression.hardware.HardwareProfile;
import io.nncf4j.compression.hardware.OperatorClass;
import io.nncf4j.compression.hardware.OperatorSupport;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known about ONNX operators when quantizers are placed: their hardware class, and their
 * trait on a given device.
 */
public final class OperatorTraits {
  private static final Map<String, OperatorClass> CLASSES = classes();

  private static final Set<String> AGNOSTIC =
      Set.of(
          "MaxPool",
          "GlobalMaxPool",
          "ReduceMax",
          "Reshape",
          "Transpose",
          "Squeeze",
          "Unsqueeze",
          "Split",
          "Tile",
          "CenterCropPad",
          "Slice",
          "Pad",
          "Gather",
          "GatherND",
          "GatherElements",
          "DepthToSpace",
          "SpaceToDepth",
          "ScatterElements",
          "ScatterND",
          "CastLike",
          "Dropout",
          "Flatten",
          "Expand",
          "Identity");

  /** Without an entry in any device table, but with a gain from integer inputs all the same. */
  private static final Set<String> QUANTIZABLE_BY_DEFAULT = Set.of("BatchNormalization");

  static final Set<String> ELEMENTWISE =
      Set.of(
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Max",
          "Min",
          "Sum",
          "Less",
          "LessOrEqual",
          "Greater",
          "GreaterOrEqual",
          "Equal",
          "And",
          "Or",
          "Xor",
          "Mod");

  private final HardwareProfile profile;

  public OperatorTraits(HardwareProfile profile) {
    this.profile = profile;
  }

  private static Map<String, OperatorClass> classes() {
    Map<String, OperatorClass> map = new TreeMap<>();
    map.put("ConvTranspose", OperatorClass.CONVOLUTION);
    map.put("DeformConv", OperatorClass.CONVOLUTION);
    map.put("Gemm", OperatorClass.MATRIX_MULTIPLICATION);
    map.put("MatMul", OperatorClass.MATRIX_MULTIPLICATION);
    map.put("AveragePool", OperatorClass.AVERAGE_POOLING);
    map.put("GlobalAveragePool", OperatorClass.AVERAGE_POOLING);
    map.put("Add", OperatorClass.ADD);
    map.put("Sum", OperatorClass.ADD);
    map.put("Sub", OperatorClass.SUBTRACT);
    map.put("Mul", OperatorClass.MULTIPLY);
    map.put("Div", OperatorClass.DIVIDE);
    map.put("Max", OperatorClass.MAXIMUM);
    map.put("Min", OperatorClass.MINIMUM);
    for (String comparison : List.of("Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal")) {
      map.put(comparison, OperatorClass.COMPARISON);
    }
    for (String logical : List.of("Not", "And", "Or", "Xor")) {
      map.put(logical, OperatorClass.LOGICAL);
    }
    map.put("Mod", OperatorClass.FLOOR_MODULO);
    for (String power : List.of("Pow", "Sqrt", "Reciprocal")) {
      map.put(power, OperatorClass.POWER);
    }
    map.put("Resize", OperatorClass.INTERPOLATION);
    map.put("ReduceSum", OperatorClass.REDUCE_SUM);
    map.put("ReduceMean", OperatorClass.REDUCE_MEAN);
    map.put("Concat", OperatorClass.CONCATENATION);
    map.put("Attention", OperatorClass.SCALED_DOT_PRODUCT_ATTENTION);
    for (String moving :
        List.of(
            "MaxPool",
            "GlobalMaxPool",
            "ReduceMax",
            "Reshape",
            "Flatten",
            "Squeeze",
            "Unsqueeze",
            "Split",
            "CenterCropPad",
            "Transpose",
            "Tile",
            "Slice",
            "Pad",
            "Expand",
            "CastLike")) {
      map.put(moving, OperatorClass.PASS_THROUGH);
    }
    return map;
  }

  /** The hardware class of a node, or null for operators that no device table speaks of. */
  public static @Nullable OperatorClass classOf(Graph graph, Node node) {
    if (!node.operator().isOnnx()) {
      return null;
    }
    if (node.is("Conv")) {
      return isDepthwise(graph, node)
          ? OperatorClass.DEPTHWISE_CONVOLUTION
          : OperatorClass.CONVOLUTION;
    }
    if (node.is("Gather") && isEmbedding(graph, node)) {
      return OperatorClass.EMBEDDING;
    }
    return CLASSES.get(node.type());
  }

  /** True for a Conv with one group for each input channel. */
  public static boolean isDepthwise(Graph graph, Node node) {
    long groups = node.intAttribute("group", 1);
    Tensor weight = ConstantOrigin.tensor(graph, node.input(1));
    return groups > 1
        && weight != null
        && weight.rank() > 2
        && weight.dimension(1) == 1
        && weight.dimension(0) % groups == 0;
  }

  /** True for a Gather of rows of a floating-point constant. */
  public static boolean isEmbedding(Graph graph, Node node) {
    Tensor table = ConstantOrigin.tensor(graph, node.input(0));
    return table != null && table.dataType() == DataType.FLOAT32;
  }

  public @Nullable OperatorSupport support(Graph graph, Node node) {
    OperatorClass operator = classOf(graph, node);
    return operator == null ? null : profile.support(operator);
  }

  public Trait traitOf(Graph graph, Node node) {
    OperatorClass operator = classOf(graph, node);
    if (operator == OperatorClass.EMBEDDING) {
      return Trait.OUTPUT_AS_WEIGHTS;
    }
    if (operator == OperatorClass.CONCATENATION) {
      return Trait.CONCATENATION;
    }
    OperatorSupport support = operator == null ? null : profile.support(operator);
    if (support != null && !support.isWildcard()) {
      return Trait.INPUTS_QUANTIZABLE;
    }
    if (node.operator().isOnnx() && AGNOSTIC.contains(node.type())) {
      return Trait.AGNOSTIC;
    }
    boolean byDefault = node.operator().isOnnx() && QUANTIZABLE_BY_DEFAULT.contains(node.type());
    return byDefault ? Trait.INPUTS_QUANTIZABLE : Trait.NON_QUANTIZABLE;
  }

  /** Inputs that may carry weights of this operator. */
  public static int[] possibleWeightInputs(Node node) {
    if (!node.operator().isOnnx()) {
      return new int[0];
    }
    return switch (node.type()) {
      case "Conv", "ConvTranspose" -> new int[] {1};
      case "Gemm", "MatMul" -> new int[] {0, 1};
      case "Gather" -> new int[] {0};
      default -> new int[0];
    };
  }

  /** Whether quantizers may stand at this input at all. */
  public static boolean isTargetInput(Node node, int input) {
    return !node.is("Attention") || input < 2;
  }

  /** Whether this operator takes quantized values at some inputs only. */
  public static boolean restrictsTargetInputs(Node node) {
    return node.is("Attention");
  }

  static boolean isFloat(TensorType type, Set<DataType> quantizedTypes) {
    return type.dataType() != null && quantizedTypes.contains(type.dataType());
  }
}
