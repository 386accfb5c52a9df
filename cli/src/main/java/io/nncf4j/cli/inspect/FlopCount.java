package io.nncf4j.cli.inspect;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.OperatorSchema;
import io.nncf4j.core.operator.OperatorSchemas;
import io.nncf4j.core.operator.ShapeInference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Floating-point operations of one run. Bodies count once, however often they run.
 *
 * @param flops of all nodes whose shapes are known
 * @param unknown names of nodes that do arithmetic but whose shapes are not known
 */
record FlopCount(long flops, List<String> unknown) {
  FlopCount {
    unknown = List.copyOf(unknown);
  }

  /**
   * Counts with given input shapes; inputs that are not given run with open first dimensions as 1.
   */
  static FlopCount of(Model model, Map<String, Shape> inputShapes) {
    Map<String, Shape> shapes = new HashMap<>(inputShapes);
    for (Value input : model.graph().inputs()) {
      Shape shape = input.tensorType().shape();
      if (shape != null && shape.rank() > 0 && !shape.get(0).isKnown()) {
        shapes.putIfAbsent(input.name(), shape.with(0, Dimension.of(1)));
      }
    }
    Model typed =
        shapes.isEmpty() ? ShapeInference.infer(model) : ShapeInference.inferFor(model, shapes);
    List<String> unknown = new ArrayList<>();
    return new FlopCount(count(typed.graph(), unknown), unknown);
  }

  private static long count(Graph graph, List<String> unknown) {
    long total = 0;
    for (Node node : graph.nodes()) {
      OperatorSchema schema = OperatorSchemas.standard().find(node.operator());
      if (schema != null) {
        long flops =
            schema.cost().flops(node, shapes(graph, node.inputs()), shapes(graph, node.outputs()));
        if (flops < 0) {
          unknown.add(node.name());
        } else {
          total += flops;
        }
      }
      for (Graph body : node.attributes().graphs()) {
        total += count(body, unknown);
      }
    }
    return total;
  }

  private static List<@Nullable Shape> shapes(Graph graph, List<String> values) {
    List<@Nullable Shape> shapes = new ArrayList<>();
    for (String value : values) {
      shapes.add(value.isEmpty() ? null : graph.tensorType(value).shape());
    }
    return shapes;
  }
}
