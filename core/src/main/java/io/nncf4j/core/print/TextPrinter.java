package io.nncf4j.core.print;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints a model as text that a person can read and a golden file can hold: the same model always
 * gives the same text.
 *
 * <pre>
 * model opset 21
 * graph "net"
 *   input %x: float32[batch, 3, 8, 8]
 *   constant %axes: int64[2] = {2, 3}
 *   constant %w: float32[16, 3, 3, 3]
 *   %y = Conv(group=1, pads=[1, 1, 1, 1])(%x, %w): float32[batch, 16, 8, 8]  # conv1
 *   output %y: float32[batch, 16, 8, 8]
 * </pre>
 *
 * @param elementsShown constants of at most so many elements show their values
 * @param nodeNames whether each node's name follows as a comment, where it differs from its first
 *     output
 */
public record TextPrinter(int elementsShown, boolean nodeNames) {
  private static final String INDENT = "  ";

  public static TextPrinter defaults() {
    return new TextPrinter(8, true);
  }

  /** The model's header line and its graph. */
  public String print(Model model) {
    StringBuilder text = new StringBuilder("model");
    model
        .opsets()
        .forEach(
            (domain, version) ->
                text.append(domain.isEmpty() ? " opset " : " " + domain + " ").append(version));
    if (!model.producer().isEmpty()) {
      text.append(" by ").append(quote(model.producer()));
    }
    text.append('\n');
    model
        .metadata()
        .forEach(
            (key, value) ->
                text.append("metadata ")
                    .append(quote(key))
                    .append(" = ")
                    .append(quote(value))
                    .append('\n'));
    print(model.graph(), "", text);
    return text.toString();
  }

  /** One graph, with its bodies. */
  public String print(Graph graph) {
    StringBuilder text = new StringBuilder();
    print(graph, "", text);
    return text.toString();
  }

  private void print(Graph graph, String indent, StringBuilder text) {
    text.append(indent).append("graph ").append(quote(graph.name())).append('\n');
    String inner = indent + INDENT;
    for (Value input : graph.inputs()) {
      text.append(inner).append("input ").append(typed(input)).append('\n');
    }
    for (Map.Entry<String, Tensor> constant : graph.constants().entrySet()) {
      text.append(inner)
          .append("constant ")
          .append(name(constant.getKey()))
          .append(": ")
          .append(tensor(constant.getValue()))
          .append('\n');
    }
    for (Node node : graph.nodes()) {
      print(node, graph, inner, text);
    }
    for (Value output : graph.outputs()) {
      text.append(inner).append("output ").append(typed(output)).append('\n');
    }
  }

  private void print(Node node, Graph graph, String indent, StringBuilder text) {
    text.append(indent).append(names(node.outputs())).append(" = ").append(node.operator());
    text.append('(').append(attributes(node)).append(")(").append(names(node.inputs())).append(')');
    String types =
        node.outputs().stream()
            .filter(output -> !output.isEmpty())
            .map(output -> String.valueOf(shown(graph.value(output).type())))
            .collect(Collectors.joining(", "));
    text.append(": ").append(types);
    if (nodeNames && !node.name().equals(node.output(0))) {
      text.append("  # ").append(node.name().replaceAll("\\p{Cntrl}", "?"));
    }
    text.append('\n');
    node.attributes()
        .asMap()
        .forEach(
            (name, attribute) -> {
              List<Graph> bodies =
                  attribute instanceof Attribute.GraphAttribute body
                      ? List.of(body.value())
                      : attribute instanceof Attribute.GraphsAttribute several
                          ? several.values()
                          : List.of();
              for (Graph body : bodies) {
                text.append(indent).append(INDENT).append(name).append(":\n");
                print(body, indent + INDENT + INDENT, text);
              }
            });
  }

  private static String typed(Value value) {
    return name(value.name()) + ": " + shown(value.type());
  }

  private static Object shown(@Nullable ValueType type) {
    return type == null ? TensorType.UNKNOWN : type;
  }

  private String attributes(Node node) {
    StringJoiner joiner = new StringJoiner(", ");
    node.attributes()
        .asMap()
        .forEach(
            (name, attribute) -> {
              String value = attribute(attribute);
              if (!value.isEmpty()) {
                joiner.add(name + "=" + value);
              }
            });
    return joiner.toString();
  }

  /** Empty for bodies, which are printed below their node. */
  private String attribute(Attribute attribute) {
    if (attribute instanceof Attribute.IntAttribute integer) {
      return Long.toString(integer.value());
    } else if (attribute instanceof Attribute.FloatAttribute real) {
      return Float.toString(real.value());
    } else if (attribute instanceof Attribute.StringAttribute string) {
      return quote(string.text());
    } else if (attribute instanceof Attribute.IntsAttribute integers) {
      return integers.values().toString();
    } else if (attribute instanceof Attribute.FloatsAttribute reals) {
      return reals.values().toString();
    } else if (attribute instanceof Attribute.StringsAttribute strings) {
      return strings.values().stream().map(TextPrinter::quote).toList().toString();
    } else if (attribute instanceof Attribute.TensorAttribute tensor) {
      return tensor(tensor.value());
    } else if (attribute instanceof Attribute.TensorsAttribute tensors) {
      return tensors.values().stream().map(this::tensor).toList().toString();
    } else if (attribute instanceof Attribute.TypeAttribute type) {
      return type.value().toString();
    } else if (attribute instanceof Attribute.OpaqueAttribute opaque) {
      return opaque.format() + "<" + opaque.bytes().length + " bytes>";
    }
    return "";
  }

  private String tensor(Tensor tensor) {
    String type = TensorType.of(tensor).toString();
    return tensor.size() <= elementsShown ? type + " = " + elements(tensor) : type;
  }

  static String elements(Tensor tensor) {
    StringJoiner joiner = new StringJoiner(", ", "{", "}");
    for (int index = 0; index < tensor.size(); index++) {
      joiner.add(element(tensor, index));
    }
    return joiner.toString();
  }

  private static String element(Tensor tensor, int index) {
    DataType type = tensor.dataType();
    if (type == DataType.STRING) {
      return quote(tensor.strings().get(index));
    }
    if (type == DataType.COMPLEX64) {
      return tensor.data().getFloat(index * 8) + "+" + tensor.data().getFloat(index * 8 + 4) + "i";
    }
    if (type == DataType.COMPLEX128) {
      return tensor.data().getDouble(index * 16)
          + "+"
          + tensor.data().getDouble(index * 16 + 8)
          + "i";
    }
    if (type == DataType.UINT64) {
      return Long.toUnsignedString(tensor.longAt(index));
    }
    if (type == DataType.FLOAT64) {
      return Double.toString(tensor.doubleAt(index));
    }
    return type.isFloatingPoint()
        ? Float.toString(tensor.floatAt(index))
        : Long.toString(tensor.longAt(index));
  }

  private static String names(List<String> names) {
    return names.stream().map(TextPrinter::name).collect(Collectors.joining(", "));
  }

  /** An absent input or output shows as {@code _}. */
  private static String name(String name) {
    if (name.isEmpty()) {
      return "_";
    }
    return name.matches("[\\w./:~-]+") ? "%" + name : "%" + quote(name);
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char character : text.toCharArray()) {
      switch (character) {
        case '"', '\\' -> quoted.append('\\').append(character);
        case '\n' -> quoted.append("\\n");
        default -> {
          if (Character.isISOControl(character)) {
            quoted.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) character));
          } else {
            quoted.append(character);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
