package io.nncf4j.cli.inspect;

import io.nncf4j.cli.inspect.Inspection.NamedType;
import io.nncf4j.cli.inspect.Inspection.Precision;
import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ModelCost;
import io.nncf4j.core.operator.OperatorSchemas;
import io.nncf4j.core.operator.ShapeInference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks a model over. */
final class Inspector {
  /** The newest version of the ONNX operators when this was written. */
  private static final int NEWEST_OPSET = 26;

  private final Model model;
  private final List<Finding> findings = new ArrayList<>();

  Inspector(Model model) {
    this.model = model;
  }

  /**
   * @param opset version of the operators in the file
   * @param inputShapes shapes to count operations with, by input name
   */
  Inspection inspect(
      String file, String format, int opset, long fileBytes, Map<String, Shape> inputShapes) {
    Graph graph = model.graph();
    Map<String, Integer> operators = new TreeMap<>();
    countOperators(graph, operators);
    Weights weights = Weights.of(graph);
    List<Precision> precisions = weights.precisions();
    findings.addAll(weights.notFinite());
    ModelCost cost = cost(inputShapes);
    if (model.opset() > NEWEST_OPSET) {
      findings.add(
          Finding.warning(
              "unknown-opset",
              "the file says opset "
                  + model.opset()
                  + "; the newest one known is "
                  + NEWEST_OPSET
                  + ": its operators may mean something else, and no runtime will load it"));
    }
    return new Inspection(
        file,
        format,
        model.producer(),
        opset,
        model.opset(),
        model.opsets(),
        fileBytes,
        operators.values().stream().mapToInt(Integer::intValue).sum(),
        cost != null ? cost.parameters() : precisions.stream().mapToLong(Precision::elements).sum(),
        precisions.stream().mapToLong(Precision::bytes).sum(),
        cost == null || !cost.unknownNodes().isEmpty() ? null : cost.flops(),
        types(graph.inputs()),
        types(graph.outputs()),
        mostFrequentFirst(operators),
        precisions,
        findings);
  }

  private void countOperators(Graph graph, Map<String, Integer> operators) {
    List<String> opaque = new ArrayList<>();
    for (Node node : graph.nodes()) {
      operators.merge(node.operator().toString(), 1, Integer::sum);
      if (OperatorSchemas.standard().find(node.operator()) == null) {
        opaque.add(node.name());
      }
      node.attributes().graphs().forEach(body -> countOperators(body, operators));
    }
    if (!opaque.isEmpty()) {
      findings.add(
          Finding.information(
              "unknown-operator",
              "operators without a schema are passed through as they are",
              opaque.toArray(new String[0])));
    }
  }

  /** Null when shapes contradict each other, which is a finding. */
  private @Nullable ModelCost cost(Map<String, Shape> inputShapes) {
    try {
      findings.addAll(ShapeInference.analyse(model).findings());
      ModelCost cost = ModelCost.of(model, withBatchOfOne(inputShapes));
      if (!cost.unknownNodes().isEmpty()) {
        findings.add(
            Finding.information(
                "unknown-flops",
                "operations cannot be counted: shapes are open (fix them with --input-shape), or"
                    + " there is no schema",
                cost.unknownNodes().stream().limit(5).toArray(String[]::new)));
      }
      return cost;
    } catch (InputException contradiction) {
      if (!inputShapes.isEmpty()) {
        throw contradiction;
      }
      findings.add(
          Finding.warning(
              "contradiction", "shapes do not fit together: " + contradiction.getMessage()));
      return null;
    }
  }

  private Map<String, Shape> withBatchOfOne(Map<String, Shape> inputShapes) {
    Map<String, Shape> shapes = new LinkedHashMap<>(inputShapes);
    for (Value input : model.graph().inputs()) {
      Shape shape = input.tensorType().shape();
      if (shape != null && shape.rank() > 0 && !shape.get(0).isKnown()) {
        shapes.putIfAbsent(input.name(), shape.with(0, Dimension.of(1)));
      }
    }
    return shapes;
  }

  private static Map<String, Integer> mostFrequentFirst(Map<String, Integer> operators) {
    Map<String, Integer> sorted = new LinkedHashMap<>();
    operators.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  private static List<NamedType> types(List<Value> values) {
    return values.stream()
        .map(value -> new NamedType(value.name(), String.valueOf(value.type())))
        .toList();
  }
}
