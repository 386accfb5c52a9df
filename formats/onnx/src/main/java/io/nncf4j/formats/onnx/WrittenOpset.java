package io.nncf4j.formats.onnx;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The opset that a file is written in: the model's own, with one exception.
 *
 * <p>ONNX Runtime runs AveragePool up to opset 18 with its vectorised kernels, and from 19 on,
 * where dilations came, with a plain loop that is slower and rounds in another order. A model that
 * was read from such an opset and still has nothing that needs a later one is therefore written in
 * opset 18, so that its outputs stay the same bit for bit. The forms of all operators that are let
 * through are the same in 18 and in {@link Model#CANONICAL_OPSET}.
 */
final class WrittenOpset {
  /** Metadata of a model whose AveragePool nodes were read from opset 18 or before. */
  static final String MARK = "onnx.average_pool_opset";

  private static final int VECTORISED_AVERAGE_POOL = 18;

  /** Operators that came or changed their form after opset 18. */
  private static final Set<String> LATER =
      Set.of(
          "AffineGrid",
          "DFT",
          "DeformConv",
          "Gelu",
          "GridSample",
          "GroupNormalization",
          "ImageDecoder",
          "IsInf",
          "IsNaN",
          "RegexFullMatch",
          "StringConcat",
          "StringSplit");

  /** Attributes that came after opset 18. */
  private static final Set<String> LATER_ATTRIBUTES =
      Set.of("saturate", "block_size", "output_dtype", "precision");

  private WrittenOpset() {}

  /** The model, marked when its average pooling is to keep its kernel. */
  static Model mark(Model model, int readOpset) {
    return readOpset <= VECTORISED_AVERAGE_POOL && hasAveragePool(model.graph())
        ? model.withMetadata(MARK, Integer.toString(VECTORISED_AVERAGE_POOL))
        : model;
  }

  static int of(Model model) {
    return model.opset() <= Model.CANONICAL_OPSET
            && model.metadata().containsKey(MARK)
            && hasAveragePool(model.graph())
            && isExpressible(model.graph())
        ? VECTORISED_AVERAGE_POOL
        : model.opset();
  }

  private static boolean hasAveragePool(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(
            node ->
                node.is("AveragePool")
                    || node.attributes().graphs().stream().anyMatch(WrittenOpset::hasAveragePool));
  }

  private static boolean isExpressible(Graph graph) {
    return graph.constants().values().stream().noneMatch(WrittenOpset::isLater)
        && graph.nodes().stream().allMatch(node -> isExpressible(graph, node));
  }

  private static boolean isExpressible(Graph graph, Node node) {
    if (!node.attributes().graphs().stream().allMatch(WrittenOpset::isExpressible)) {
      return false;
    }
    if (!node.operator().isOnnx()) {
      return true;
    }
    if (LATER.contains(node.type())
        || node.attributes().names().stream().anyMatch(LATER_ATTRIBUTES::contains)) {
      return false;
    }
    return switch (node.type()) {
      case "AveragePool" -> !node.attributes().has("dilations");
      case "Constant" -> !isLater(node.tensorAttribute("value"));
      case "Pad" -> !node.stringAttribute("mode", "constant").equals("wrap");
      case "Resize" ->
          !node.stringAttribute("coordinate_transformation_mode", "half_pixel")
              .equals("half_pixel_symmetric");
      case "QuantizeLinear", "DequantizeLinear" -> isEightBit(graph, node);
      default -> true;
    };
  }

  private static boolean isEightBit(Graph graph, Node node) {
    DataType scale = graph.tensorType(node.input(1)).dataType();
    DataType zeroPoint = graph.tensorType(node.input(2)).dataType();
    return scale == DataType.FLOAT32
        && (!node.hasInput(2)
            || zeroPoint == DataType.INT8
            || zeroPoint == DataType.UINT8
            || zeroPoint == DataType.INT32);
  }

  private static boolean isLater(@Nullable Tensor tensor) {
    if (tensor == null) {
      return false;
    }
    DataType type = tensor.dataType();
    return type.isPacked() || (type.isFloatingPoint() && type.bits() == 8);
  }
}
