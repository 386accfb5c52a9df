package io.nncf4j.formats.pytorch.script;

import io.nncf4j.core.InputException;
import io.nncf4j.formats.pytorch.aten.AtenValue;
import io.nncf4j.formats.pytorch.script.ScriptValue.Data;
import io.nncf4j.formats.pytorch.script.ScriptValue.Items;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the code computes with numbers, texts and lists that are known. */
final class ScriptNumbers {
  private static final int LONGEST_RANGE = 100_000;

  /** Questions that have one answer where nothing is trained and nothing runs on a device. */
  private static final Set<String> NEVER =
      Set.of(
          "is_autocast_enabled",
          "is_autocast_cpu_enabled",
          "requires_grad",
          "prim:is_cuda",
          "prim:is_nested",
          "is_nested",
          "prim:is_mkldnn",
          "_is_tracing");

  /** As in training: code then leaves fused kernels aside and computes step by step. */
  private static final Set<String> ALWAYS = Set.of("is_grad_enabled", "prim:requires_grad");

  private static final Set<String> IGNORED = Set.of("warn", "prim:Print", "_assert");

  private static final Set<String> PASSING =
      Set.of(
          "prim:NumToTensor",
          "prim:unchecked_cast",
          "prim:data",
          "IntImplicit",
          "FloatImplicit",
          "ScalarImplicit",
          "list",
          "prim:tolist");

  private ScriptNumbers() {}

  static ScriptValue flag(boolean value) {
    return new Data(new AtenValue.Flag(value));
  }

  private static ScriptValue whole(long value) {
    return new Data(new AtenValue.Whole(value));
  }

  /**
   * @throws InputException when it is known only at run time
   */
  static boolean truth(ScriptValue value) {
    AtenValue data = value.asArgument();
    if (data instanceof AtenValue.Flag flag) {
      return flag.value();
    }
    if (data instanceof AtenValue.Whole whole) {
      return whole.value() != 0;
    }
    if (data instanceof AtenValue.Nothing) {
      return false;
    }
    throw new UndecidedException(
        "the code decides by something that is known only at run time; trace the model"
            + " (torch.jit.trace), or export it with torch.export");
  }

  static ScriptValue item(ScriptValue object, ScriptValue index) {
    if (object instanceof Items items && index.asArgument() instanceof AtenValue.Whole whole) {
      long at = whole.value() < 0 ? whole.value() + items.items().size() : whole.value();
      if (at >= 0 && at < items.items().size()) {
        return items.items().get((int) at);
      }
    }
    throw new InputException("The code takes item " + index + " of " + object);
  }

  static ScriptValue converted(String to, ScriptValue value) {
    AtenValue data = value.asArgument();
    Double number = number(data);
    if (number == null) {
      return value;
    }
    return switch (to) {
      case "int" -> whole((long) (double) number);
      case "float" -> new Data(new AtenValue.Real(number));
      default -> flag(number != 0);
    };
  }

  private static @Nullable Double number(AtenValue value) {
    return value instanceof AtenValue.Whole whole
        ? Double.valueOf(whole.value())
        : value instanceof AtenValue.Real real
            ? Double.valueOf(real.value())
            : value instanceof AtenValue.Flag flag ? Double.valueOf(flag.value() ? 1 : 0) : null;
  }

  /** Name of the function that an operator between two values stands for. */
  static String nameOf(String operator) {
    return switch (operator) {
      case "+" -> "add";
      case "-" -> "sub";
      case "*" -> "mul";
      case "/" -> "div";
      case "//" -> "floordiv";
      case "%" -> "remainder";
      case "**" -> "pow";
      case "==" -> "eq";
      case "!=" -> "ne";
      case "<" -> "lt";
      case "<=" -> "le";
      case ">" -> "gt";
      case ">=" -> "ge";
      case "negative" -> "neg";
      case "is" -> "__is__";
      case "is not" -> "__isnot__";
      default -> throw new InputException("The code uses the operator " + operator);
    };
  }

  static @Nullable ScriptValue operation(String operator, List<ScriptValue> values) {
    return builtin(nameOf(operator), values);
  }

  /** The value of a function of known numbers, or null for one that works on tensors. */
  static @Nullable ScriptValue builtin(String name, List<ScriptValue> arguments) {
    if (NEVER.contains(name)) {
      return flag(false);
    }
    if (ALWAYS.contains(name)) {
      return flag(true);
    }
    if (IGNORED.contains(name)) {
      return ScriptValue.NOTHING;
    }
    if (PASSING.contains(name)) {
      return arguments.get(0);
    }
    switch (name) {
      case "prim:RaiseException" ->
          throw new InputException("The code raises: " + text(arguments.get(0)));
      case "format" -> {
        return new Data(new AtenValue.Text(text(arguments.get(0))));
      }
      case "len" -> {
        return length(arguments.get(0));
      }
      case "any", "all" -> {
        return arguments.size() == 1 && arguments.get(0) instanceof Items items
            ? flags(items, name.equals("all"))
            : null;
      }
      case "prim:device" -> {
        return new Data(new AtenValue.Text("cpu"));
      }
      case "prim:type" -> {
        return arguments.get(0).asArgument() instanceof AtenValue.Text ? arguments.get(0) : null;
      }
      case "append" -> {
        if (arguments.get(0) instanceof Items items) {
          items.items().add(arguments.get(1));
        }
        return arguments.get(0);
      }
      case "range" -> {
        return range(arguments);
      }
      case "__not__" -> {
        return flag(!truth(arguments.get(0)));
      }
      case "__getitem__" -> {
        return arguments.get(0) instanceof Items ? item(arguments.get(0), arguments.get(1)) : null;
      }
      case "__contains__" -> {
        return arguments.get(0) instanceof Items items
            ? flag(items.items().contains(arguments.get(1)))
            : null;
      }
      case "__is__", "__isnot__" -> {
        boolean same = arguments.get(0).equals(arguments.get(1));
        return flag(same == name.equals("__is__"));
      }
      default -> {
        return arguments.size() == 2
            ? compared(name, arguments)
            : arguments.size() == 1 && name.equals("neg") ? negative(arguments.get(0)) : null;
      }
    }
  }

  private static @Nullable ScriptValue length(ScriptValue value) {
    if (value instanceof Items items) {
      return whole(items.items().size());
    }
    return value.asArgument() instanceof AtenValue.Text text ? whole(text.value().length()) : null;
  }

  private static ScriptValue flags(Items items, boolean all) {
    return flag(
        all
            ? items.items().stream().allMatch(ScriptNumbers::truth)
            : items.items().stream().anyMatch(ScriptNumbers::truth));
  }

  private static String text(ScriptValue value) {
    return value.asArgument() instanceof AtenValue.Text text ? text.value() : value.toString();
  }

  private static @Nullable ScriptValue negative(ScriptValue value) {
    AtenValue data = value.asArgument();
    return data instanceof AtenValue.Whole whole
        ? whole(-whole.value())
        : data instanceof AtenValue.Real real ? new Data(new AtenValue.Real(-real.value())) : null;
  }

  private static ScriptValue range(List<ScriptValue> arguments) {
    List<Long> given = new ArrayList<>();
    for (ScriptValue argument : arguments) {
      if (!(argument.asArgument() instanceof AtenValue.Whole whole)) {
        throw new InputException("A loop's length is known only at run time");
      }
      given.add(whole.value());
    }
    long start = given.size() > 1 ? given.get(0) : 0;
    long end = given.size() > 1 ? given.get(1) : given.get(0);
    long step = given.size() > 2 ? given.get(2) : 1;
    List<ScriptValue> items = new ArrayList<>();
    for (long at = start; step > 0 ? at < end : step < 0 && at > end; at += step) {
      if (items.size() > LONGEST_RANGE) {
        throw new InputException("A loop goes from " + start + " to " + end);
      }
      items.add(whole(at));
    }
    return Items.of(items);
  }

  private static @Nullable ScriptValue compared(String name, List<ScriptValue> arguments) {
    AtenValue left = arguments.get(0).asArgument();
    AtenValue right = arguments.get(1).asArgument();
    if (name.equals("eq") || name.equals("ne")) {
      boolean texts = left instanceof AtenValue.Text && right instanceof AtenValue.Text;
      boolean lists = arguments.get(0) instanceof Items && arguments.get(1) instanceof Items;
      if (texts || (lists && known(left) && known(right))) {
        return flag(left.equals(right) == name.equals("eq"));
      }
    }
    Double a = number(left);
    Double b = number(right);
    if (a == null || b == null) {
      return null;
    }
    return switch (name) {
      case "eq" -> flag((double) a == b);
      case "ne" -> flag((double) a != b);
      case "lt" -> flag(a < b);
      case "le" -> flag(a <= b);
      case "gt" -> flag(a > b);
      case "ge" -> flag(a >= b);
      case "__and__" -> flag(a != 0 && b != 0);
      case "__or__" -> flag(a != 0 || b != 0);
      case "add", "sub", "mul", "div", "floordiv", "remainder", "pow" ->
          arithmetic(name, left, right, a, b);
      default -> null;
    };
  }

  private static boolean known(AtenValue value) {
    return value instanceof AtenValue.Many many
        && many.items().stream().allMatch(item -> number(item) != null);
  }

  private static @Nullable ScriptValue arithmetic(
      String name, AtenValue left, AtenValue right, double a, double b) {
    double result =
        switch (name) {
          case "add" -> a + b;
          case "sub" -> a - b;
          case "mul" -> a * b;
          case "div" -> a / b;
          case "floordiv" -> Math.floor(a / b);
          case "pow" -> Math.pow(a, b);
          default -> a - b * Math.floor(a / b);
        };
    boolean whole =
        left instanceof AtenValue.Whole
            && right instanceof AtenValue.Whole
            && !name.equals("div")
            && Math.abs(result) < 0x1p53;
    return whole ? whole((long) result) : new Data(new AtenValue.Real(result));
  }
}
