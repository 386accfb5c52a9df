package io.nncf4j.formats.tensorflow.flat;

import io.nncf4j.core.InputException;
import io.nncf4j.formats.tensorflow.proto.AttributeValue;
import io.nncf4j.formats.tensorflow.proto.Message;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts the nodes of functions in the place of calls, within limits of depth and number. */
final class Inliner {
  private static final int DEEPEST = 64;
  private static final int MOST_NODES = 200_000;
  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");

  private final Map<String, Message> functions = new HashMap<>();
  private final Map<String, NodeDefinition> flat = new LinkedHashMap<>();

  /** Names of nodes and of calls that are gone: none is given twice. */
  private final Set<String> taken = new HashSet<>();

  /** Outputs of calls to what they stand for. */
  private final Map<String, String> aliases = new HashMap<>();

  Inliner(List<Message> library) {
    for (Message function : library) {
      functions.put(function.message(1).text(1), function);
    }
  }

  Map<String, String> aliases() {
    aliases.replaceAll((from, to) -> resolved(to));
    return aliases;
  }

  Map<String, NodeDefinition> flatten(List<NodeDefinition> nodes) {
    add(nodes, "", Map.of(), false, 0);
    resolve();
    return flat;
  }

  private void resolve() {
    flat.replaceAll(
        (name, node) -> node.with(name, node.inputs().stream().map(this::resolved).toList()));
  }

  /** A function by itself: its nodes with a placeholder for each parameter, and its results. */
  record Body(Map<String, NodeDefinition> nodes, List<String> parameters, List<String> results) {}

  Body flattenFunction(String name) {
    Message function = functions.get(name);
    if (function == null) {
      throw new InputException("The graph calls \"" + name + "\", which is not there");
    }
    List<String> parameters = new ArrayList<>();
    Map<String, String> arguments = new HashMap<>();
    for (Message parameter : function.message(1).messages(2)) {
      // No node may have such a name.
      String node = "?" + parameter.text(1);
      flat.put(node, new NodeDefinition(node, "Placeholder", List.of(), Map.of()));
      parameters.add(node + ":0");
      arguments.put(parameter.text(1), node + ":0");
    }
    List<NodeDefinition> body = function.messages(3).stream().map(NodeDefinition::of).toList();
    Names names = add(body, "", arguments, true, 0);
    resolve();
    List<String> results = new ArrayList<>();
    results(function, names)
        .forEach(
            (result, reference) -> {
              if (reference.isEmpty()) {
                throw new InputException(
                    "The function \"" + name + "\" has no value for its result \"" + result + "\"");
              }
              results.add(resolved(reference));
            });
    return new Body(flat, parameters, results);
  }

  /** A reference for each result of a function, in order; empty for one without a value. */
  private static Map<String, String> results(Message function, Names names) {
    Map<String, String> returned = new HashMap<>();
    function.messages(4).forEach(entry -> returned.put(entry.text(1), entry.text(2)));
    Map<String, String> results = new LinkedHashMap<>();
    for (Message result : function.message(1).messages(3)) {
      String value = returned.get(result.text(1));
      results.put(result.text(1), value == null ? "" : reference(value, names, true));
    }
    return results;
  }

  private String resolved(String reference) {
    String now = reference;
    // A call may hand back what it was given, so that aliases follow each other.
    for (int step = 0; step <= DEEPEST && aliases.containsKey(now); step++) {
      now = aliases.get(now);
    }
    return now;
  }

  /** Names of one graph or function: what its nodes are called in the flat graph. */
  private record Names(
      Map<String, String> nodes, Map<String, String> operators, Map<String, String> arguments) {}

  private Names add(
      List<NodeDefinition> nodes,
      String prefix,
      Map<String, String> arguments,
      boolean inFunction,
      int depth) {
    if (depth > DEEPEST || taken.size() + nodes.size() > MOST_NODES) {
      throw new InputException(
          "The functions of the graph call each other more than "
              + DEEPEST
              + " deep, or come to more than "
              + MOST_NODES
              + " nodes");
    }
    Names names = new Names(new HashMap<>(), new HashMap<>(), arguments);
    for (NodeDefinition node : nodes) {
      String free = taken.contains(node.name()) ? prefix + node.name() : node.name();
      for (int number = 1; !taken.add(free); number++) {
        free = prefix + node.name() + "_" + number;
      }
      if (names.nodes().put(node.name(), free) != null) {
        throw new InputException("The graph has two nodes of the name \"" + node.name() + "\"");
      }
      names.operators().put(node.name(), node.operator());
    }
    for (NodeDefinition node : nodes) {
      String name = names.nodes().getOrDefault(node.name(), node.name());
      List<String> inputs = new ArrayList<>();
      for (String input : node.inputs()) {
        if (!input.startsWith("^")) {
          inputs.add(reference(input, names, inFunction));
        }
      }
      String callee = callee(node);
      if (callee == null) {
        flat.put(name, node.with(name, inputs));
      } else {
        call(callee, name, inputs, depth);
      }
    }
    return names;
  }

  private @Nullable String callee(NodeDefinition node) {
    if (functions.containsKey(node.operator())) {
      return node.operator();
    }
    AttributeValue function = node.attribute("f");
    if (!CALLS.contains(node.operator()) || function == null) {
      return null;
    }
    return function.function();
  }

  private void call(String callee, String name, List<String> inputs, int depth) {
    Message function = functions.get(callee);
    if (function == null) {
      throw new InputException(
          "Node \"" + name + "\" calls \"" + callee + "\", which is not there");
    }
    Message signature = function.message(1);
    List<Message> parameters = signature.messages(2);
    if (parameters.size() != inputs.size()) {
      throw new InputException(
          "Node \""
              + name
              + "\" gives "
              + inputs.size()
              + " values to \""
              + callee
              + "\", which takes "
              + parameters.size());
    }
    Map<String, String> arguments = new HashMap<>();
    for (int argument = 0; argument < inputs.size(); argument++) {
      arguments.put(parameters.get(argument).text(1), inputs.get(argument));
    }
    List<NodeDefinition> body = function.messages(3).stream().map(NodeDefinition::of).toList();
    Names names = add(body, name + "/", arguments, true, depth + 1);
    int index = 0;
    for (String result : results(function, names).values()) {
      if (!result.isEmpty()) {
        aliases.put(name + ":" + index, result);
      }
      index++;
    }
  }

  /** A reference of the flat graph for one of a graph or function. */
  private static String reference(String input, Names names, boolean inFunction) {
    String[] parts = input.split(":");
    String argument = names.arguments().get(parts[0]);
    if (argument != null) {
      return argument;
    }
    String node = names.nodes().getOrDefault(parts[0], parts[0]);
    if (!inFunction || parts.length < 3) {
      return node + ":" + (parts.length > 1 ? number(parts[parts.length - 1], input) : 0);
    }
    int output =
        OutputNames.number(
            names.operators().getOrDefault(parts[0], ""), parts[1], number(parts[2], input));
    return node + ":" + output;
  }

  private static int number(String text, String reference) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new InputException("The reference \"" + reference + "\" names no output", e);
    }
  }
}
