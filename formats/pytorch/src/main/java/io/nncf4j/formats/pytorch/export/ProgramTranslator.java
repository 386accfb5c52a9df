package io.nncf4j.formats.pytorch.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.Tensor;
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

/** Translates the graph of an exported program: inputs by its signature, then each node. */
final class ProgramTranslator {
  /** The longest prefix first. */
  private static final List<String> NAME_SPACES =
      List.of("torch.ops.aten.", "torch.ops.", "_operator.", "operator.");

  private static final Pattern SYMBOL = Pattern.compile("(?:Symbol\\(')?([A-Za-z]\\w{0,31})\\b.*");

  private final JsonNode graph;
  private final JsonNode signature;
  private final Map<String, Tensor> tensors;
  private final AtenTranslator translator =
      new AtenTranslator(new GraphComposer("torch_export"), TorchTypes::ofExported);
  private final Map<String, AtenValue> values = new HashMap<>();

  ProgramTranslator(JsonNode module, Map<String, Tensor> tensors) {
    this.graph = module.path("graph");
    this.signature = module.path("signature");
    this.tensors = tensors;
  }

  Graph translate() {
    for (JsonNode input : signature.path("input_specs")) {
      bindInput(input);
    }
    for (JsonNode node : graph.path("nodes")) {
      translate(node);
    }
    int outputs = 0;
    for (JsonNode output : signature.path("output_specs")) {
      JsonNode name = output.path("user_output").path("arg").path("as_tensor").path("name");
      if (name.isTextual()) {
        AtenValue value = value(name.asText());
        if (!(value instanceof TensorValue tensor)) {
          throw new InputException("The output \"" + name.asText() + "\" is no tensor");
        }
        String now = translator.current(tensor.value());
        translator.graph().output(now, now);
        outputs++;
      }
    }
    if (outputs == 0) {
      throw new InputException("The program has no outputs");
    }
    return translator.graph().build();
  }

  private void bindInput(JsonNode specification) {
    JsonNode user = specification.path("user_input").path("arg");
    if (!user.isMissingNode()) {
      String name = user.path("as_tensor").path("name").asText("");
      if (!name.isEmpty()) {
        values.put(name, new TensorValue(translator.graph().input(name, type(name))));
      }
      return;
    }
    bindConstant(specification.path("parameter"), "parameter_name");
    bindConstant(specification.path("buffer"), "buffer_name");
    bindConstant(specification.path("tensor_constant"), "tensor_constant_name");
  }

  private void bindConstant(JsonNode specification, String key) {
    if (specification.isMissingNode()) {
      return;
    }
    String argument = specification.path("arg").path("name").asText("");
    String name = specification.path(key).asText("");
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InputException("The archive has no tensor \"" + name + "\"");
    }
    values.put(argument, new TensorValue(translator.graph().constant(name, tensor)));
  }

  private TensorType type(String name) {
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
    List<AtenValue> results = translator.call(operator, label, arguments, names.size());
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

  private AtenValue argument(JsonNode argument) {
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
