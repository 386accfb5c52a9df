package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the table of one family of operators in short lines.
 *
 * <p>A signature such as {@code "X:T, W:T, B?:T -> Y:T"} lists inputs and outputs; {@code ?} marks
 * an optional one, {@code ...} one or more values, {@code ...?} any number. A type in upper case is
 * a variable, bound by {@code "T=float|int8; S=index"}; one in lower case is a set of {@link
 * TypeSets}. Attributes read {@code "axis:int=1, to:int!, pads:ints"}: kind, then {@code !} when
 * required or a default.
 */
final class Family {
  private final String name;
  private final List<OperatorSchema> schemas = new ArrayList<>();

  Family(String name) {
    this.name = name;
  }

  List<OperatorSchema> schemas() {
    return List.copyOf(schemas);
  }

  Entry onnx(String type, String signature, String variables) {
    return new Entry(OperatorType.onnx(type), signature, variables);
  }

  Entry microsoft(String type, String signature, String variables) {
    return new Entry(new OperatorType(OperatorType.MICROSOFT_DOMAIN, type), signature, variables);
  }

  Entry nncf(String type, String signature, String variables) {
    return new Entry(new OperatorType(OperatorType.NNCF_DOMAIN, type), signature, variables);
  }

  /** One line of the table, added to the family by the call that says how shapes follow. */
  final class Entry {
    private final OperatorType operator;
    private final List<Parameter> inputs;
    private final List<Parameter> outputs;
    private List<AttributeSchema> attributes = List.of();
    private Cost cost = Cost.NONE;

    private Entry(OperatorType operator, String signature, String variables) {
      this.operator = operator;
      Map<String, Set<DataType>> bound = new HashMap<>();
      for (String binding : split(variables, ";")) {
        int equals = binding.indexOf('=');
        bound.put(binding.substring(0, equals), TypeSets.parse(binding.substring(equals + 1)));
      }
      int arrow = signature.indexOf("->");
      this.inputs = parameters(signature.substring(0, arrow), bound);
      this.outputs = parameters(signature.substring(arrow + 2), bound);
    }

    Entry attributes(String text) {
      attributes = split(text, ",").stream().map(Entry::attribute).toList();
      return this;
    }

    Entry cost(Cost newCost) {
      cost = newCost;
      return this;
    }

    /** For operators with one output. */
    Family shape(ShapeRule rule) {
      return infer(context -> List.of(new TensorType(null, rule.shape(context))));
    }

    Family infer(Inference inference) {
      schemas.add(new OperatorSchema(operator, name, inputs, outputs, attributes, inference, cost));
      return Family.this;
    }

    private static List<Parameter> parameters(String text, Map<String, Set<DataType>> bound) {
      return split(text, ",").stream().map(part -> parameter(part, bound)).toList();
    }

    private static Parameter parameter(String text, Map<String, Set<DataType>> bound) {
      int colon = text.indexOf(':');
      String name = text.substring(0, colon);
      String type = text.substring(colon + 1);
      Parameter.Presence presence =
          name.endsWith("...?")
              ? Parameter.Presence.ANY_NUMBER
              : name.endsWith("...")
                  ? Parameter.Presence.ONE_OR_MORE
                  : name.endsWith("?") ? Parameter.Presence.OPTIONAL : Parameter.Presence.REQUIRED;
      String bare = name.replace("...", "").replace("?", "");
      Set<DataType> types = bound.get(type);
      return types != null
          ? new Parameter(bare, type, types, presence)
          : new Parameter(bare, "", TypeSets.parse(type), presence);
    }

    private static AttributeSchema attribute(String text) {
      int colon = text.indexOf(':');
      String name = text.substring(0, colon);
      String kind = text.substring(colon + 1);
      int equals = kind.indexOf('=');
      if (equals >= 0) {
        String value = kind.substring(equals + 1);
        return switch (kind.substring(0, equals)) {
          case "int" -> known(name, Attribute.of(Long.parseLong(value)));
          case "float" -> known(name, Attribute.of(Float.parseFloat(value)));
          case "string" -> known(name, Attribute.of(value));
          default -> throw new IllegalArgumentException("No default for " + text);
        };
      }
      boolean required = kind.endsWith("!");
      return new AttributeSchema(
          name, kind(required ? kind.substring(0, kind.length() - 1) : kind), required, null);
    }

    private static AttributeSchema known(String name, Attribute value) {
      return new AttributeSchema(name, value.getClass(), false, value);
    }

    private static Class<? extends Attribute> kind(String name) {
      return switch (name) {
        case "int" -> Attribute.IntAttribute.class;
        case "float" -> Attribute.FloatAttribute.class;
        case "string" -> Attribute.StringAttribute.class;
        case "ints" -> Attribute.IntsAttribute.class;
        case "floats" -> Attribute.FloatsAttribute.class;
        case "strings" -> Attribute.StringsAttribute.class;
        case "tensor" -> Attribute.TensorAttribute.class;
        case "graph" -> Attribute.GraphAttribute.class;
        case "type" -> Attribute.TypeAttribute.class;
        case "opaque" -> Attribute.OpaqueAttribute.class;
        default -> throw new IllegalArgumentException("No kind of attribute: " + name);
      };
    }

    private static List<String> split(String text, String separator) {
      List<String> parts = new ArrayList<>();
      for (String part : text.split(separator, -1)) {
        if (!part.isBlank()) {
          parts.add(part.strip());
        }
      }
      return parts;
    }
  }
}
