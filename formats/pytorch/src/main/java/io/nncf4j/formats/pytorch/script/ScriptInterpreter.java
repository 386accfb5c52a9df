package io.nncf4j.formats.pytorch.script;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.formats.pytorch.archive.TorchTypes;
import io.nncf4j.formats.pytorch.aten.AtenTranslator;
import io.nncf4j.formats.pytorch.aten.AtenValue;
import io.nncf4j.formats.pytorch.aten.AtenValue.TensorValue;
import io.nncf4j.formats.pytorch.pickle.PickleValue;
import io.nncf4j.formats.pytorch.script.ScriptValue.Data;
import io.nncf4j.formats.pytorch.script.ScriptValue.Instance;
import io.nncf4j.formats.pytorch.script.ScriptValue.Items;
import io.nncf4j.formats.pytorch.script.ScriptValue.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows code once: what works on tensors becomes nodes, what works on numbers is computed. Steps
 * and depth are limited.
 */
final class ScriptInterpreter {
  private static final int DEEPEST = 100;
  private static final int MOST_STEPS = 1_000_000;

  /** Functions around a value that say what type it has. */
  private static final Set<String> ANNOTATIONS = Set.of("annotate", "unchecked_cast");

  private static final Set<String> CONVERSIONS = Set.of("int", "float", "bool");

  private final ScriptCode code;
  private final ScriptObjects objects;
  private final AtenTranslator translator;
  private int steps;

  ScriptInterpreter(ScriptCode code, ScriptObjects objects, AtenTranslator translator) {
    this.code = code;
    this.objects = objects;
    this.translator = translator;
  }

  private static final class Frame {
    private final Map<String, ScriptValue> variables = new HashMap<>();
    private final String label;
    private @Nullable ScriptValue returned;

    Frame(String label) {
      this.label = label;
    }
  }

  /** The result of a module's method. */
  ScriptValue method(Instance module, String name, List<ScriptValue> arguments, int depth) {
    String type = module.object().callee().toString();
    if (!(code.find(type) instanceof Definition.Type definition)
        || definition.methods().get(name) == null) {
      throw new InputException("The archive has no code for " + type + "." + name);
    }
    List<ScriptValue> all = new ArrayList<>(List.of(module));
    all.addAll(arguments);
    Definition.Function method = definition.methods().get(name);
    return call(method, objects.path(module.object()), List.of(), all, depth);
  }

  private ScriptValue call(
      Definition.Function function,
      String label,
      List<String> names,
      List<ScriptValue> arguments,
      int depth) {
    if (depth > DEEPEST) {
      throw new InputException("The code calls itself more than " + DEEPEST + " deep");
    }
    Frame frame = new Frame(label);
    int position = 0;
    for (int index = 0; index < arguments.size(); index++) {
      boolean named = index < names.size() && !names.get(index).isEmpty();
      if (!named && position >= function.parameters().size()) {
        throw new InputException(function.name() + " is called with too many arguments");
      }
      String parameter = named ? names.get(index) : function.parameters().get(position++);
      frame.variables.put(parameter, arguments.get(index));
    }
    for (String parameter : function.parameters()) {
      Expression absent = function.defaults().get(parameter);
      if (!frame.variables.containsKey(parameter) && absent != null) {
        frame.variables.put(parameter, evaluate(absent, frame, depth));
      }
    }
    try {
      run(function.body(), frame, depth);
    } catch (UndecidedException e) {
      throw new InputException("Function " + function.name() + ": " + e.getMessage(), e);
    }
    return frame.returned == null ? ScriptValue.NOTHING : frame.returned;
  }

  private void run(List<Statement> statements, Frame frame, int depth) {
    for (Statement statement : statements) {
      step();
      run(statement, frame, depth);
      if (frame.returned != null) {
        return;
      }
    }
  }

  private void step() {
    if (++steps > MOST_STEPS) {
      throw new InputException("The code takes more than " + MOST_STEPS + " steps");
    }
  }

  private void run(Statement statement, Frame frame, int depth) {
    if (statement instanceof Statement.Assign assign) {
      assign(assign, frame, depth);
    } else if (statement instanceof Statement.Evaluate evaluate) {
      evaluate(evaluate.value(), frame, depth);
    } else if (statement instanceof Statement.Return result) {
      frame.returned = evaluate(result.value(), frame, depth);
    } else if (statement instanceof Statement.If choice) {
      run(Decision.of(choice, evaluate(choice.condition(), frame, depth)), frame, depth);
    } else if (statement instanceof Statement.For loop) {
      ScriptValue items = evaluate(loop.items(), frame, depth);
      if (!(items instanceof Items list)) {
        throw new InputException("A loop goes over something that is no known list");
      }
      for (ScriptValue item : list.items()) {
        frame.variables.put(loop.variable(), item);
        run(loop.body(), frame, depth);
        if (frame.returned != null) {
          return;
        }
      }
    } else if (statement instanceof Statement.While loop) {
      while (frame.returned == null
          && ScriptNumbers.truth(evaluate(loop.condition(), frame, depth))) {
        step();
        run(loop.body(), frame, depth);
      }
    }
  }

  private void assign(Statement.Assign assign, Frame frame, int depth) {
    String label =
        assign.targets().get(0) instanceof Expression.Variable variable ? variable.name() : "";
    ScriptValue value = evaluate(assign.value(), label, frame, depth);
    if (!assign.unpacks()) {
      put(assign.targets().get(0), value, frame);
      return;
    }
    if (!(value instanceof Items items) || items.items().size() != assign.targets().size()) {
      throw new InputException(
          "The code takes " + assign.targets().size() + " values from " + value);
    }
    for (int index = 0; index < assign.targets().size(); index++) {
      put(assign.targets().get(index), items.items().get(index), frame);
    }
  }

  private static void put(Expression target, ScriptValue value, Frame frame) {
    if (target instanceof Expression.Variable variable) {
      frame.variables.put(variable.name(), value);
    } else if (!(target instanceof Expression.Attribute)) {
      // Attributes of modules are written in training only.
      throw new InputException("The code assigns to " + target);
    }
  }

  private ScriptValue evaluate(Expression expression, Frame frame, int depth) {
    return evaluate(expression, "", frame, depth);
  }

  private ScriptValue evaluate(Expression expression, String label, Frame frame, int depth) {
    step();
    if (expression instanceof Expression.Literal literal) {
      return literal.value();
    }
    if (expression instanceof Expression.Variable variable) {
      ScriptValue value = frame.variables.get(variable.name());
      return value == null ? new Name(variable.name()) : value;
    }
    if (expression instanceof Expression.Several several) {
      List<ScriptValue> items = new ArrayList<>();
      several.items().forEach(item -> items.add(evaluate(item, frame, depth)));
      return Items.of(items);
    }
    if (expression instanceof Expression.Attribute attribute) {
      return attribute(evaluate(attribute.object(), frame, depth), attribute.name(), frame, depth);
    }
    if (expression instanceof Expression.Item item) {
      return ScriptNumbers.item(
          evaluate(item.object(), frame, depth), evaluate(item.index(), frame, depth));
    }
    if (expression instanceof Expression.Operation operation) {
      return operation(operation, frame, depth);
    }
    return call((Expression.Call) expression, label, frame, depth);
  }

  private ScriptValue attribute(ScriptValue object, String name, Frame frame, int depth) {
    if (object instanceof Name path) {
      return path.path().equals("CONSTANTS")
          ? objects.constant(name)
          : new Name(path.path() + "." + name);
    }
    if (!(object instanceof Instance instance)) {
      throw new InputException("The code asks " + object + " for \"" + name + "\"");
    }
    ScriptValue value = objects.attribute(instance.object(), name);
    if (value != null) {
      return value;
    }
    Definition type = code.find(instance.object().callee().toString());
    Expression constant =
        type instanceof Definition.Type definition ? definition.constants().get(name) : null;
    if (constant == null) {
      throw new InputException(instance.object() + " has no attribute \"" + name + "\"");
    }
    return evaluate(constant, frame, depth);
  }

  private ScriptValue operation(Expression.Operation operation, Frame frame, int depth) {
    List<Expression> operands = operation.operands();
    ScriptValue first = evaluate(operands.get(0), frame, depth);
    switch (operation.operator()) {
      case "if" -> {
        return evaluate(operands.get(ScriptNumbers.truth(first) ? 1 : 2), frame, depth);
      }
      case "and", "or" -> {
        boolean and = operation.operator().equals("and");
        return ScriptNumbers.truth(first) == and ? evaluate(operands.get(1), frame, depth) : first;
      }
      case "not" -> {
        return ScriptNumbers.flag(!ScriptNumbers.truth(first));
      }
      default -> {
        List<ScriptValue> values = new ArrayList<>(List.of(first));
        if (operands.size() > 1) {
          values.add(evaluate(operands.get(1), frame, depth));
        }
        ScriptValue known = ScriptNumbers.operation(operation.operator(), values);
        return known != null
            ? known
            : operator(ScriptNumbers.nameOf(operation.operator()), "", List.of(), values, frame);
      }
    }
  }

  private ScriptValue call(Expression.Call call, String label, Frame frame, int depth) {
    Expression callee = call.callee();
    if (callee instanceof Expression.Variable variable
        && !frame.variables.containsKey(variable.name())) {
      if (ANNOTATIONS.contains(variable.name())) {
        return evaluate(call.arguments().get(1), label, frame, depth);
      }
      if (variable.name().equals("uninitialized")) {
        return ScriptValue.NOTHING;
      }
    }
    List<ScriptValue> arguments = new ArrayList<>();
    call.arguments().forEach(argument -> arguments.add(evaluate(argument, frame, depth)));
    if (callee instanceof Expression.Attribute attribute) {
      ScriptValue object = evaluate(attribute.object(), frame, depth);
      if (object instanceof Instance instance) {
        return method(instance, attribute.name(), arguments, depth + 1);
      }
    }
    ScriptValue function = evaluate(callee, frame, depth);
    if (!(function instanceof Name name)) {
      throw new InputException("The code calls " + function);
    }
    return named(name.path(), label, call.names(), arguments, frame, depth);
  }

  private ScriptValue named(
      String path,
      String label,
      List<String> names,
      List<ScriptValue> arguments,
      Frame frame,
      int depth) {
    if (path.equals("getattr")
        && arguments.size() == 2
        && arguments.get(1) instanceof Data data
        && data.value() instanceof AtenValue.Text text) {
      return attribute(arguments.get(0), text.value(), frame, depth);
    }
    if (CONVERSIONS.contains(path)) {
      return ScriptNumbers.converted(path, arguments.get(0));
    }
    if (code.find(path) instanceof Definition.Function function) {
      return call(function, frame.label, names, arguments, depth + 1);
    }
    String operator =
        path.startsWith("torch.")
            ? path.substring(6)
            : path.startsWith("ops.") ? path.substring(4).replace('.', ':') : path;
    if (operator.equals("prim:dtype") && arguments.get(0).asArgument() instanceof TensorValue of) {
      return ScriptValue.of(new AtenValue.Whole(typeNumber(of)));
    }
    ScriptValue known = ScriptNumbers.builtin(operator, arguments);
    return known != null ? known : operator(operator, label, names, arguments, frame);
  }

  private ScriptValue operator(
      String operator, String label, List<String> names, List<ScriptValue> arguments, Frame frame) {
    List<AtenTranslator.Argument> given = new ArrayList<>();
    for (int index = 0; index < arguments.size(); index++) {
      String name = index < names.size() ? names.get(index) : "";
      given.add(new AtenTranslator.Argument(name, arguments.get(index).asArgument()));
    }
    String wish = label.isEmpty() || label.startsWith("_") ? operator : label;
    String full = frame.label.isEmpty() ? wish : frame.label + "/" + wish;
    List<AtenValue> results = translator.call(Overloads.of(operator, arguments), full, given, 1);
    return results.size() == 1
        ? ScriptValue.of(results.get(0))
        : Items.of(results.stream().map(ScriptValue::of).toList());
  }

  private long typeNumber(TensorValue tensor) {
    DataType type = translator.graph().type(tensor.value()).dataType();
    if (type == null) {
      throw new UndecidedException("the code asks for the type of \"" + tensor.value() + "\"");
    }
    return TorchTypes.scriptNumber(type);
  }

  /** A module that is called as a whole. */
  static Instance instance(PickleValue value) {
    if (value instanceof PickleValue.Made made) {
      return new Instance(made);
    }
    throw new InputException("The archive holds " + value + " and no module");
  }
}
