package io.nncf4j.formats.onnx;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** All tensors of a graph: constants and attributes, bodies included. */
final class Weights {
  private Weights() {}

  static long byteCount(Graph graph) {
    return tensors(graph).mapToLong(Tensor::byteCount).sum();
  }

  /** The version of the file format that first knew all element types. */
  static int irVersion(Graph graph) {
    return tensors(graph).mapToInt(tensor -> irVersion(tensor.dataType())).max().orElse(0);
  }

  private static int irVersion(DataType type) {
    return switch (type) {
      case INT2, UINT2 -> 13;
      case FLOAT8_E8M0 -> 12;
      case FLOAT4_E2M1 -> 11;
      case INT4, UINT4 -> 10;
      case FLOAT8_E4M3FN, FLOAT8_E4M3FNUZ, FLOAT8_E5M2, FLOAT8_E5M2FNUZ -> 9;
      default -> 0;
    };
  }

  private static Stream<Tensor> tensors(Graph graph) {
    Stream<Tensor> inNodes =
        graph.nodes().stream()
            .flatMap(node -> node.attributes().asMap().values().stream())
            .flatMap(Weights::tensors);
    return Stream.concat(graph.constants().values().stream(), inNodes);
  }

  private static Stream<Tensor> tensors(Attribute attribute) {
    if (attribute instanceof Attribute.TensorAttribute one) {
      return Stream.of(one.value());
    } else if (attribute instanceof Attribute.TensorsAttribute list) {
      return list.values().stream();
    } else if (attribute instanceof Attribute.GraphAttribute body) {
      return tensors(body.value());
    } else if (attribute instanceof Attribute.GraphsAttribute bodies) {
      return bodies.values().stream().flatMap(Weights::tensors);
    }
    return List.<Tensor>of().stream();
  }
}
