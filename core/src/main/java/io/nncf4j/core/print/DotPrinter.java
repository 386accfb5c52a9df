package io.nncf4j.core.print;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import java.util.HashMap;
import java.util.Map;

/**
 * Draws a graph in the DOT language of Graphviz: a box for each node, an ellipse for each input and
 * output, an edge for each value with its shape. Edges that carry integers are dashed. Constants
 * are left out; bodies are drawn as clusters, with edges for the values that they capture.
 */
public final class DotPrinter {
  private final StringBuilder text = new StringBuilder();

  /** DOT identifier of whatever defines a value that is visible at this point. */
  private final Map<String, String> sources = new HashMap<>();

  private final Map<String, TensorType> types = new HashMap<>();
  private int lastId;

  private DotPrinter() {}

  public static String print(Graph graph) {
    DotPrinter printer = new DotPrinter();
    printer.text.append("digraph ").append(quote(graph.name())).append(" {\n");
    printer.text.append("  node [shape=box, style=rounded];\n");
    printer.draw(graph, "  ", true);
    return printer.text.append("}\n").toString();
  }

  private void draw(Graph graph, String indent, boolean isMain) {
    for (Value input : graph.inputs()) {
      String id = nextId();
      vertex(indent, id, input.toString(), "shape=ellipse, style=filled");
      define(graph, input.name(), id);
    }
    for (Node node : graph.nodes()) {
      String id = nextId();
      vertex(indent, id, node.operator() + "\n" + node.name(), "");
      node.inputs().forEach(input -> edge(indent, input, id));
      node.outputs().forEach(output -> define(graph, output, id));
      int number = 0;
      for (Graph body : node.attributes().graphs()) {
        String inner = indent + "  ";
        text.append(indent).append("subgraph cluster_").append(id).append('_').append(number++);
        text.append(" {\n").append(inner);
        text.append("label=").append(quote(node.name() + ": " + body.name())).append(";\n");
        draw(body, inner, false);
        text.append(indent).append("}\n");
      }
    }
    for (Value output : graph.outputs()) {
      String id = nextId();
      vertex(indent, id, isMain ? output.toString() : output.name(), "shape=ellipse");
      edge(indent, output.name(), id);
    }
  }

  private String nextId() {
    return "v" + ++lastId;
  }

  private void define(Graph graph, String value, String id) {
    if (!value.isEmpty()) {
      sources.put(value, id);
      types.put(value, graph.tensorType(value));
    }
  }

  private void vertex(String indent, String id, String label, String style) {
    text.append(indent).append(id).append(" [label=").append(quote(label));
    text.append(style.isEmpty() ? "" : ", " + style).append("];\n");
  }

  private void edge(String indent, String value, String to) {
    String from = sources.get(value);
    if (from == null) {
      return;
    }
    TensorType type = types.getOrDefault(value, TensorType.UNKNOWN);
    DataType dataType = type.dataType();
    boolean isInteger = dataType != null && (dataType.isInteger() || dataType == DataType.BOOL);
    text.append(indent).append(from).append(" -> ").append(to).append(" [label=");
    text.append(quote(type.shape() == null ? "" : type.shape().toString()));
    text.append(isInteger ? ", style=dashed];\n" : ", style=solid];\n");
  }

  /** A double-quoted identifier: quotes and backslashes escaped, control characters replaced. */
  private static String quote(String label) {
    return "\""
        + label
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replaceAll("\\p{Cntrl}", "?")
        + "\"";
  }
}
