package io.nncf4j.formats.pytorch.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.formats.pytorch.archive.TorchTypes;
import io.nncf4j.formats.pytorch.aten.AtenTranslator;
import io.nncf4j.formats.pytorch.aten.AtenValue;
import io.nncf4j.formats.pytorch.aten.AtenValue.TensorValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Translates the nodes of a graph of an exported program, or of a branch within one. */
final class NodeTranslator {
  /** The longest prefix first. */
  private static final List<String> NAME_SPACES =
      List.of("torch.ops.aten.", "torch.ops.", "_operator.", "operator.");

  private static final Pattern SYMBOL = Pattern.compile("(?:Symbol\\(')?([A-Za-z]\\w{0,31})\\b.*");

  private final JsonNode graph;
  private final AtenTranslator translator;
  private final Map<String, AtenValue> values = new HashMap<>();
  private final int depth;

  /**
   * @param depth how many branches it is within
   */
  NodeTranslator(JsonNode graph, GraphComposer composer, int depth) {
    this.graph = graph;
    this.depth = depth;
    translator = new AtenTranslator(composer, TorchTypes::ofExported);
  }

  JsonNode graph() {
    return graph;
  }

  GraphComposer composer() {
    return translator.graph();
  }

  int depth() {
    return depth;
  }

  /** Says what a name of the program is. */
  void define(String name, AtenValue value) {
    values.put(name, value);
  }

  void translate() {
    for (JsonNode node : graph.path("nodes")) {
      translate(node);
    }
  }

  /** The tensor that a name stands for now. */
  String tensor(String name) {
    if (!(value(name) instanceof TensorValue tensor)) {
      throw new InputException("\"" + name + "\" should be a tensor");
    }
    return translator.current(tensor.value());
  }

  TensorType type(String name) {
    JsonNode meta = graph.path("tensor_values").path(name);
    if (meta.isMissingNode()) {
      throw new InputException("The program does not say what \"" + name + "\" is");
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (JsonNode size : meta.path("sizes")) {
      dimensions.add(dimension(size));
    }
    return new TensorType(
        TorchTypes.ofExported(meta.path("dtype").asLong()), new Shape(dimensions));
  }

  private static Dimension dimension(JsonNode size) {
    if (size.path("as_int").isIntegralNumber() && size.path("as_int").asLong() >= 0) {
      return Dimension.of(size.path("as_int").asLong());
    }
    String expression = size.path("as_expr").path("expr_str").asText("");
    Matcher symbol = SYMBOL.matcher(expression);
    boolean plain = expression.startsWith("Symbol(") || expression.matches("\\w+");
    return plain && expression.indexOf('(', 7) < 0 && symbol.matches()
        ? Dimension.symbol(symbol.group(1))
        : Dimension.UNKNOWN;
  }

  private void translate(JsonNode node) {
    String target = node.path("target").asText("");
    String operator = target;
    for (String space : NAME_SPACES) {
      if (operator.equals(target) && target.startsWith(space)) {
        operator = target.substring(space.length());
      }
    }
    List<AtenTranslator.Argument> arguments = new ArrayList<>();
    for (JsonNode input : node.path("inputs")) {
      arguments.add(
          new AtenTranslator.Argument(input.path("name").asText(""), argument(input.path("arg"))));
    }
    JsonNode outputs = node.path("outputs");
    List<String> names = new ArrayList<>();
    boolean list = outputs.size() == 1 && outputs.get(0).has("as_tensors");
    for (JsonNode output : list ? outputs.get(0).path("as_tensors") : outputs) {
      names.add(
          list
              ? output.path("name").asText("")
              : output
                  .path("as_tensor")
                  .path("name")
                  .asText(output.path("as_sym_int").path("as_name").asText("")));
    }
    String label = names.isEmpty() || names.get(0).isEmpty() ? operator : names.get(0);
    List<AtenValue> results =
        operator.equals(BranchTranslator.OPERATOR)
            ? BranchTranslator.translate(this, label, node.path("inputs"), names.size())
            : List.of();
    if (results.isEmpty()) {
      results = translator.call(operator, label, arguments, names.size());
    }
    boolean packed = results.size() == 1 && results.get(0) instanceof AtenValue.Many;
    List<AtenValue> each = packed ? ((AtenValue.Many) results.get(0)).items() : results;
    for (int index = 0; index < names.size() && index < each.size(); index++) {
      bind(names.get(index), each.get(index));
    }
  }

  private void bind(String name, AtenValue value) {
    values.put(name, value);
    boolean typed = !graph.path("tensor_values").path(name).isMissingNode();
    if (value instanceof TensorValue tensor
        && typed
        && translator.graph().type(tensor.value()).equals(TensorType.UNKNOWN)) {
      translator.graph().declare(tensor.value(), type(name));
    }
  }

  private AtenValue value(String name) {
    AtenValue value = values.get(name);
    if (value == null) {
      throw new InputException("The program reads \"" + name + "\", which nothing defines");
    }
    return value;
  }

  AtenValue argument(JsonNode argument) {
    var fields = argument.properties().iterator();
    if (!fields.hasNext()) {
      return AtenValue.NOTHING;
    }
    var field = fields.next();
    JsonNode content = field.getValue();
    return switch (field.getKey()) {
      case "as_none" -> AtenValue.NOTHING;
      case "as_tensor" -> value(content.path("name").asText(""));
      case "as_tensors" -> many(content, item -> value(item.path("name").asText("")));
      case "as_int", "as_scalar_type", "as_memory_format", "as_layout" ->
          new AtenValue.Whole(content.asLong());
      case "as_ints" -> many(content, item -> new AtenValue.Whole(item.asLong()));
      case "as_float" -> new AtenValue.Real(content.asDouble());
      case "as_floats" -> many(content, item -> new AtenValue.Real(item.asDouble()));
      case "as_bool" -> new AtenValue.Flag(content.asBoolean());
      case "as_bools" -> many(content, item -> new AtenValue.Flag(item.asBoolean()));
      case "as_string" -> new AtenValue.Text(content.asText());
      case "as_sym_int" -> length(content);
      case "as_sym_ints" -> many(content, this::length);
      case "as_optional_tensors" ->
          many(
              content,
              item ->
                  item.has("as_tensor")
                      ? value(item.path("as_tensor").path("name").asText(""))
                      : AtenValue.NOTHING);
      default -> new AtenValue.Other(field.getKey(), List.of());
    };
  }

  private AtenValue length(JsonNode content) {
    return content.has("as_name")
        ? value(content.path("as_name").asText(""))
        : new AtenValue.Whole(content.path("as_int").asLong());
  }

  private static AtenValue many(
      JsonNode content, java.util.function.Function<JsonNode, AtenValue> item) {
    List<AtenValue> items = new ArrayList<>();
    content.forEach(each -> items.add(item.apply(each)));
    return new AtenValue.Many(items);
  }
}
