package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic and parameters of a model, node by node.
 *
 * <p>A multiplication and an addition count as two operations. What is counted for each operator
 * stands in the operator tables: matrix products and convolutions without their biases, one
 * operation for each element of cheap elementwise operators and activations, nothing for moving
 * data. A Loop or Scan counts its body for every trip when the number of trips is known, an If its
 * dearer branch.
 *
 * <p>Parameters are defined in {@link Parameters}.
 *
 * @param nodes every node in graph order, nodes in bodies behind the node that owns them under path
 *     names such as {@code loop/relu}; FLOPs of these are those of one trip
 * @param flops total over all nodes whose cost is known
 * @param parameters number of parameters; one that several nodes read counts once
 */
public record ModelCost(List<NodeCost> nodes, long flops, long parameters) {
  /** FLOPs of a node for which a shape that is needed is not known. */
  public static final long UNKNOWN = Costs.UNKNOWN;

  private static final Set<String> LINEAR =
      Set.of(
          "Conv",
          "ConvTranspose",
          "ConvInteger",
          "QLinearConv",
          "FusedConv",
          "DeformConv",
          "Gemm",
          "MatMul",
          "MatMulInteger",
          "QLinearMatMul",
          "FusedMatMul",
          "FusedGemm",
          "MatMulNBits");

  /**
   * Cost of one node.
   *
   * @param node name, with the names of the nodes around it in front when it is in a body
   * @param flops operations of one run, {@link #UNKNOWN} when a shape is not known; those of a node
   *     with bodies include them
   * @param parameters parameters that this node is the first to read
   */
  public record NodeCost(String node, OperatorType operator, long flops, long parameters) {}

  public ModelCost {
    nodes = List.copyOf(nodes);
  }

  /** The cost of a run; nodes behind open dimensions are {@link #UNKNOWN}. */
  public static ModelCost of(Model model) {
    return new Counter().count(ShapeInference.analyse(model).model().graph());
  }

  /** The cost of a run with inputs of these shapes. */
  public static ModelCost of(Model model, Map<String, Shape> inputShapes) {
    return of(ShapeInference.inferFor(model, inputShapes));
  }

  /**
   * The cost of a run where the first dimension of every input, if it is open, is {@code batch}.
   */
  public static ModelCost ofBatch(Model model, long batch) {
    Map<String, Shape> shapes = new HashMap<>();
    for (Value input : model.graph().inputs()) {
      Shape shape = input.tensorType().shape();
      if (shape != null && shape.rank() > 0 && !shape.get(0).isKnown()) {
        shapes.put(input.name(), shape.with(0, Dimension.of(batch)));
      }
    }
    return shapes.isEmpty() ? of(model) : of(model, shapes);
  }

  /** FLOPs of convolutions and matrix products alone. */
  public long linearFlops() {
    return nodes.stream()
        .filter(cost -> LINEAR.contains(cost.operator().name()) && cost.flops() > 0)
        .mapToLong(NodeCost::flops)
        .sum();
  }

  /** Names of nodes whose FLOPs are not known. */
  public List<String> unknownNodes() {
    return nodes.stream().filter(cost -> cost.flops() == UNKNOWN).map(NodeCost::node).toList();
  }

  private static final class Counter {
    private final List<NodeCost> nodes = new ArrayList<>();
    private final Set<String> counted = new HashSet<>();
    private long parameters;

    ModelCost count(Graph graph) {
      long flops = count(graph, "", graph::tensorType);
      return new ModelCost(nodes, flops, parameters);
    }

    /** Counts all nodes of a graph and gives the sum of their FLOPs that are known. */
    private long count(Graph graph, String path, Function<String, TensorType> types) {
      long total = 0;
      for (Node node : graph.nodes()) {
        int position = nodes.size();
        long own = parameters(graph, node, path);
        parameters += own;
        long flops =
            node.attributes().graphs().isEmpty()
                ? flops(node, types)
                : bodies(graph, node, path + node.name() + "/", types);
        nodes.add(position, new NodeCost(path + node.name(), node.operator(), flops, own));
        total = Costs.sum(total, Math.max(0, flops));
      }
      return total;
    }

    private static long flops(Node node, Function<String, TensorType> types) {
      OperatorSchema schema = OperatorSchemas.standard().find(node.operator());
      if (schema == null) {
        return UNKNOWN;
      }
      try {
        return schema
            .cost()
            .flops(node, shapes(node.inputs(), types), shapes(node.outputs(), types));
      } catch (InputException wrong) {
        // What is wrong with a node is for inference and verifier to say; here it has no cost.
        return UNKNOWN;
      }
    }

    private static List<@Nullable Shape> shapes(
        List<String> values, Function<String, TensorType> types) {
      List<@Nullable Shape> shapes = new ArrayList<>(values.size());
      values.forEach(value -> shapes.add(value.isEmpty() ? null : types.apply(value).shape()));
      return shapes;
    }

    private long bodies(Graph graph, Node node, String path, Function<String, TensorType> outer) {
      long dearest = 0;
      for (Graph body : node.attributes().graphs()) {
        long flops =
            count(
                body,
                path,
                value -> body.isDefined(value) ? body.tensorType(value) : outer.apply(value));
        dearest = Math.max(dearest, flops);
      }
      if (node.is("If") || dearest == 0) {
        return dearest;
      }
      return Costs.product(dearest, trips(graph, node, outer));
    }

    private static long trips(Graph graph, Node node, Function<String, TensorType> types) {
      if (node.is("Loop")) {
        var count = graph.constantValue(node.input(0));
        return count == null || count.size() != 1 ? UNKNOWN : Math.max(0, count.longAt(0));
      }
      Shape scanned =
          node.is("Scan") ? types.apply(node.input(node.inputs().size() - 1)).shape() : null;
      long[] axes = node.intsAttributeOrNull("scan_input_axes");
      long axis = axes == null || axes.length == 0 ? 0 : axes[axes.length - 1];
      boolean inside = scanned != null && axis >= -scanned.rank() && axis < scanned.rank();
      return scanned == null || !inside ? UNKNOWN : scanned.get((int) axis).lengthOrMinusOne();
    }

    private long parameters(Graph graph, Node node, String path) {
      long own = 0;
      for (int index = 0; index < node.inputs().size(); index++) {
        long here = Parameters.count(graph, node, index);
        // Two bodies may have constants of the same name.
        if (here > 0 && counted.add(path + node.input(index))) {
          own += here;
        }
      }
      return own;
    }
  }
}
