package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.InputException;
import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.formats.pytorch.aten.AtenValue.Many;
import io.nncf4j.formats.pytorch.aten.AtenValue.TensorValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Translates calls one after the other. An operator that writes into its argument gives a new
 * value, which is read wherever the argument is read afterwards; where a part of another tensor
 * would be written, the call is kept as it is, because a graph has no such thing.
 */
public final class AtenTranslator {
  /** Domain of calls that no ONNX operator stands for. */
  public static final String DOMAIN = "org.pytorch";

  private static final Set<String> VIEWS =
      Set.of(
          "view",
          "_unsafe_view",
          "reshape",
          "flatten",
          "unflatten",
          "permute",
          "transpose",
          "t",
          "squeeze",
          "unsqueeze",
          "expand",
          "expand_as",
          "select",
          "slice",
          "narrow",
          "chunk",
          "split",
          "split_with_sizes",
          "unbind");

  /** Operators whose kernels round what they make of a quantised tensor to the same grid. */
  private static final Set<String> AVERAGING =
      Set.of("adaptive_avg_pool2d", "avg_pool2d", "mean", "upsample_bilinear2d");

  /**
   * An argument: {@code name} is empty where the file gives it by position.
   *
   * @param value what is handed over
   */
  public record Argument(String name, AtenValue value) {}

  private final GraphComposer graph;
  private final LongFunction<DataType> types;
  private final Map<String, String> replaced = new HashMap<>();
  private final Set<String> views = new HashSet<>();
  private final Set<String> viewed = new HashSet<>();
  private final Map<String, List<String>> grids = new HashMap<>();
  private final @Nullable FirstUses uses;

  public AtenTranslator(GraphComposer graph, LongFunction<DataType> types) {
    this(graph, types, null);
  }

  /**
   * @param uses is told of every call; null for none
   */
  public AtenTranslator(
      GraphComposer graph, LongFunction<DataType> types, @Nullable FirstUses uses) {
    this.graph = graph;
    this.types = types;
    this.uses = uses;
  }

  public GraphComposer graph() {
    return graph;
  }

  /** The value that stands in the place of another after what was written into it. */
  public String current(String value) {
    String now = value;
    while (replaced.containsKey(now)) {
      now = replaced.get(now);
    }
    return now;
  }

  private AtenValue current(AtenValue value) {
    if (value instanceof TensorValue tensor) {
      return new TensorValue(current(tensor.value()));
    }
    if (value instanceof Many many) {
      return new Many(many.items().stream().map(this::current).toList());
    }
    return value;
  }

  /**
   * @param operator name and overload, such as {@code relu_.default}; the overload may be missing
   * @param label from which names of values are made
   * @param outputs how many values a call gives that cannot be expressed
   * @return what comes out
   * @throws InputException when the call cannot be right
   */
  public List<AtenValue> call(
      String operator, String label, List<Argument> arguments, int outputs) {
    int dot = operator.indexOf('.');
    String name = dot < 0 ? operator : operator.substring(0, dot);
    String overload = dot < 0 ? "" : operator.substring(dot + 1);
    List<Argument> now =
        arguments.stream().map(each -> new Argument(each.name(), current(each.value()))).toList();
    int mark = graph.mark();
    try {
      AtenRule rule = AtenRules.find(name, overload);
      if (rule == null) {
        throw new InexpressibleCallException("the operator is not known");
      }
      String wish = label;
      AtenCall call = new AtenCall(graph, wish, bound(rule, now), types);
      rule.translation().apply(call);
      List<AtenValue> results = onGrid(name, now, call, wish);
      settle(name, now, results);
      watch(name, now, results);
      return results;
    } catch (InexpressibleCallException e) {
      graph.rollBack(mark);
      watch(name, now, List.of());
      return keep(operator, label, now, outputs, String.valueOf(e.getMessage()));
    } catch (InputException e) {
      throw new InputException(
          "The call \"" + label + "\" of " + operator + ": " + e.getMessage(), e);
    } catch (ArithmeticException | IndexOutOfBoundsException | NegativeArraySizeException e) {
      // Numbers of a damaged file that no real call has.
      throw new InputException(
          "The call \"" + label + "\" of " + operator + " has arguments that do not fit", e);
    }
  }

  /** What comes out of a quantised tensor is quantised too, where PyTorch's kernels do so. */
  private List<AtenValue> onGrid(
      String name, List<Argument> arguments, AtenCall call, String wish) {
    if (!call.grid().isEmpty() && call.results().get(0) instanceof TensorValue made) {
      grids.put(made.value(), call.grid());
      return call.results();
    }
    List<String> grid =
        !arguments.isEmpty() && arguments.get(0).value() instanceof TensorValue tensor
            ? grids.getOrDefault(tensor.value(), List.of())
            : List.of();
    if (grid.isEmpty()
        || name.equals("dequantize")
        || call.results().size() != 1
        || !(call.results().get(0) instanceof TensorValue result)) {
      return call.results();
    }
    if (!AVERAGING.contains(name)) {
      grids.put(result.value(), grid);
      return call.results();
    }
    AtenCall rounding = new AtenCall(graph, graph.freshName(wish), Map.of(), types);
    rounding.quantized(result.value(), grid.get(0), grid.get(1));
    rounding.results().forEach(each -> grids.put(((TensorValue) each).value(), grid));
    return rounding.results();
  }

  private void watch(String name, List<Argument> arguments, List<AtenValue> results) {
    if (uses != null) {
      uses.seen(
          name, arguments.stream().map(Argument::value).toList(), results, this::wantedPicture);
    }
  }

  private long[] wantedPicture(String name, List<AtenValue> arguments) {
    if (name.startsWith("quantized:conv2d")) {
      return arguments.get(1) instanceof AtenValue.Other packed ? ofPacked(packed) : new long[0];
    }
    boolean convolves = name.equals("_convolution") || name.matches("conv(olution|\\dd)");
    if (!convolves || arguments.size() < 2 || !(arguments.get(1) instanceof TensorValue weight)) {
      return new long[0];
    }
    int groupsAt = name.startsWith("conv") && !name.equals("convolution") ? 6 : 8;
    boolean grouped =
        arguments.size() > groupsAt && arguments.get(groupsAt) instanceof AtenValue.Whole;
    long groups = grouped ? ((AtenValue.Whole) arguments.get(groupsAt)).value() : 1;
    return picture(weight.value(), groups);
  }

  private long[] ofPacked(AtenValue.Other packed) {
    boolean whole =
        packed.parts().size() > 1
            && packed.parts().get(0) instanceof Many settings
            && settings.items().size() > 9
            && settings.items().get(9) instanceof AtenValue.Whole;
    if (!whole || !(packed.parts().get(1) instanceof TensorValue weight)) {
      return new long[0];
    }
    AtenValue groups = ((Many) packed.parts().get(0)).items().get(9);
    return picture(weight.value(), ((AtenValue.Whole) groups).value());
  }

  private long[] picture(String weight, long groups) {
    Shape shape = graph.type(weight).shape();
    return shape == null || shape.rank() < 3
        ? new long[0]
        : new long[] {shape.rank(), shape.get(1).lengthOrMinusOne() * groups};
  }

  private static Map<String, AtenValue> bound(AtenRule rule, List<Argument> arguments) {
    Map<String, AtenValue> bound = new HashMap<>();
    List<String> parameters = rule.parameters();
    for (int index = 0; index < arguments.size(); index++) {
      Argument argument = arguments.get(index);
      String name = argument.name();
      if (!parameters.contains(name)) {
        boolean first = name.isEmpty() || name.equals("self") || name.equals("input");
        if (first && index < parameters.size()) {
          name = parameters.get(index);
        } else {
          UnreadArguments.check(name.isEmpty() ? "number " + (index + 1) : name, argument.value());
        }
      }
      bound.put(name, argument.value());
    }
    return bound;
  }

  private void settle(String name, List<Argument> arguments, List<AtenValue> results) {
    String base =
        !arguments.isEmpty() && arguments.get(0).value() instanceof TensorValue tensor
            ? tensor.value()
            : "";
    if (AtenRules.isInPlace(name) && !base.isEmpty() && !results.isEmpty()) {
      if (results.get(0) instanceof TensorValue result && !result.value().equals(base)) {
        if (views.contains(base) || viewed.contains(base)) {
          throw new InexpressibleCallException("it writes into a part of another tensor");
        }
        replaced.put(base, result.value());
      }
    } else if (VIEWS.contains(name)) {
      results.forEach(result -> markViews(base, result));
    }
  }

  private void markViews(String base, AtenValue result) {
    if (result instanceof TensorValue tensor && !tensor.value().equals(base)) {
      views.add(tensor.value());
      viewed.add(base);
    } else if (result instanceof Many many) {
      many.items().forEach(item -> markViews(base, item));
    }
  }

  private List<AtenValue> keep(
      String operator, String label, List<Argument> arguments, int outputs, String reason) {
    List<String> read = new ArrayList<>();
    arguments.forEach(argument -> addTensors(argument.value(), read));
    List<String> defined = new ArrayList<>();
    List<AtenValue> results = new ArrayList<>();
    for (int index = 0; index < outputs; index++) {
      String value = graph.freshName(outputs == 1 ? label : label + "." + index);
      defined.add(value);
      results.add(new TensorValue(value));
    }
    graph.add(
        ForeignNodes.keep(
            graph.freshName(label + "/kept"),
            new OperatorType(DOMAIN, operator),
            reason,
            read,
            defined));
    return results;
  }

  private static void addTensors(@Nullable AtenValue value, List<String> read) {
    if (value instanceof TensorValue tensor) {
      read.add(tensor.value());
    } else if (value instanceof AtenValue.Length length) {
      read.add(length.value());
    } else if (value instanceof Many many) {
      many.items().forEach(item -> addTensors(item, read));
    }
  }
}
