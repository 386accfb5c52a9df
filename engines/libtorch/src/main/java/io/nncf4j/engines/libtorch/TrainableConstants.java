package io.nncf4j.engines.libtorch;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.quantize.LearnedRange;
import io.nncf4j.core.quantize.RoundedBias;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.libtorch.operators.BinaryActivation;
import io.nncf4j.engines.libtorch.operators.BinaryWeight;
import io.nncf4j.engines.libtorch.operators.MaskedWeight;
import io.nncf4j.engines.libtorch.operators.MovementMask;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds which constants of a graph are weights: those that stand where an operator takes weights,
 * directly or behind operators that only move or convert elements, and the learned ranges of
 * quantizers. Other bounds, scales, pads and the like are not.
 */
final class TrainableConstants {
  /** A graph or body, and what stands around it. */
  private record Place(Graph graph, String path, @Nullable Place outer) {
    /** The place where a value that is read here is defined. */
    Place definitionOf(String value) {
      Place place = this;
      while (place.outer != null && !place.graph.isDefined(value)) {
        place = place.outer;
      }
      return place;
    }
  }

  private final Map<String, TensorRole> roles = new LinkedHashMap<>();

  private TrainableConstants() {}

  /** Roles by path name, in the order of the nodes. */
  static Map<String, TensorRole> of(Graph graph) {
    TrainableConstants found = new TrainableConstants();
    found.visit(new Place(graph, "", null));
    return found.roles;
  }

  private void visit(Place place) {
    for (Node node : place.graph.nodes()) {
      for (int index = 0; index < node.inputs().size(); index++) {
        TensorRole role = roleOf(node, index);
        if (role != null) {
          mark(place, node.input(index), role, isElementwise(node));
        }
      }
      node.attributes()
          .asMap()
          .forEach(
              (name, attribute) -> {
                if (attribute instanceof io.nncf4j.core.graph.Attribute.GraphAttribute body) {
                  String path = place.path + node.name() + "/" + name + "/";
                  visit(new Place(body.value(), path, place));
                }
              });
    }
  }

  private static boolean isElementwise(Node node) {
    return node.is("Add", "Mul");
  }

  private static @Nullable TensorRole roleOf(Node node, int index) {
    LearnedRange learned = LearnedRange.of(node);
    if (learned != null) {
      return learned.trainedInputs().contains(index) ? TensorRole.COMPRESSION : null;
    }
    if (MaskedWeight.is(node)) {
      TensorRole role = MaskedWeight.isLearned(node) ? TensorRole.COMPRESSION : TensorRole.BUFFER;
      return index == MaskedWeight.MASK ? role : null;
    }
    if (MovementMask.is(node)) {
      return switch (index) {
        case MovementMask.SCORES -> TensorRole.COMPRESSION;
        case MovementMask.THRESHOLD -> TensorRole.BUFFER;
        default -> null;
      };
    }
    if (BinaryActivation.is(node)) {
      return switch (index) {
        case BinaryActivation.LOG_SCALE, BinaryActivation.LOGITS -> TensorRole.COMPRESSION;
        case BinaryActivation.STARTED -> TensorRole.BUFFER;
        default -> null;
      };
    }
    if (!node.operator().isOnnx()) {
      return null;
    }
    return switch (node.type()) {
      case "BatchNormalization" ->
          index == 0 ? null : index < 3 ? TensorRole.PARAMETER : TensorRole.BUFFER;
      case "Conv",
          "ConvTranspose",
          "InstanceNormalization",
          "LayerNormalization",
          "GroupNormalization",
          "RMSNormalization",
          "PRelu" ->
          index == 0 ? null : TensorRole.PARAMETER;
      case "LSTM", "GRU", "RNN" -> index >= 1 && index <= 3 ? TensorRole.PARAMETER : null;
      case "Gemm", "MatMul", "Einsum", "Add", "Mul" -> TensorRole.PARAMETER;
      case "Gather" -> index == 0 ? TensorRole.PARAMETER : null;
      default -> null;
    };
  }

  private void mark(Place reader, String value, TensorRole role, boolean elementwise) {
    Place place = reader.definitionOf(value);
    Graph graph = place.graph;
    Tensor constant = graph.constant(value);
    Node producer = graph.producer(value);
    if (constant == null && producer != null && producer.is("Constant")) {
      constant = ConstantNodes.valueOf(producer);
    }
    if (constant != null) {
      boolean isWeight = isTrainable(constant.dataType()) && (!elementwise || constant.size() > 1);
      if (isWeight) {
        roles.putIfAbsent(place.path + value, role);
      }
    } else if (producer != null && onlyMoves(producer)) {
      mark(place, producer.input(0), role, elementwise);
    }
  }

  private static boolean onlyMoves(Node node) {
    return node.is("Identity", "Reshape", "Transpose", "Unsqueeze", "Squeeze", "Cast", "Flatten")
        || FakeQuantize.is(node)
        || MaskedWeight.is(node)
        || MovementMask.is(node)
        || BinaryWeight.is(node)
        || RoundedBias.is(node);
  }

  /** 64-bit floats stay as they are, 16-bit ones are widened. */
  private static boolean isTrainable(DataType type) {
    return type == DataType.FLOAT32
        || type == DataType.FLOAT64
        || type == DataType.FLOAT16
        || type == DataType.BFLOAT16;
  }
}
