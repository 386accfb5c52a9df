package io.nncf4j.formats.tensorflow.flat;

import io.nncf4j.core.InputException;
import io.nncf4j.formats.tensorflow.proto.Message;
import io.nncf4j.formats.tensorflow.proto.NodeDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Nodes by name, with inputs of one form: {@code node:output}. Calls of functions are gone; inputs
 * that only order nodes are gone too; loops and branches of old graphs have functions as new ones
 * have.
 */
public final class FlatGraph {
  private final Map<String, NodeDefinition> nodes = new LinkedHashMap<>();
  private final Map<String, List<NodeDefinition>> consumers = new HashMap<>();

  /** Where what a caller names stands after functions were put in place: {@code node:output}. */
  private final Map<String, String> places;

  private final List<Message> library;

  /** Functions that loops and branches of this graph were raised to, by name. */
  private final Map<String, FrameLoops.Part> raised;

  private FlatGraph(
      Collection<NodeDefinition> flat,
      Map<String, String> places,
      List<Message> library,
      Map<String, FrameLoops.Part> raised) {
    this.places = places;
    this.library = library;
    this.raised = raised;
    flat.forEach(node -> nodes.put(node.name(), node));
    FrameLoops.raise(nodes, raised);
    FrameBranches.raise(nodes, raised);
    for (NodeDefinition node : nodes.values()) {
      for (String input : node.inputs()) {
        consumers.computeIfAbsent(nodeOf(input), key -> new ArrayList<>(2)).add(node);
      }
    }
  }

  /**
   * @param graph a GraphDef
   */
  public static FlatGraph of(Message graph) {
    List<Message> library = graph.message(2).messages(1);
    Inliner inliner = new Inliner(library);
    Map<String, NodeDefinition> flat =
        inliner.flatten(graph.messages(1).stream().map(NodeDefinition::of).toList());
    return new FlatGraph(flat.values(), inliner.aliases(), library, new HashMap<>());
  }

  /**
   * A function by itself, such as the body of a loop.
   *
   * @param graph its nodes, calls gone
   * @param parameters {@code node:0} of a placeholder for each argument
   * @param results {@code node:output} of each result
   */
  public record Function(FlatGraph graph, List<String> parameters, List<String> results) {
    public Function {
      parameters = List.copyOf(parameters);
      results = List.copyOf(results);
    }
  }

  /**
   * The function of this name.
   *
   * @throws InputException when there is none, or it has no value for one of its results
   */
  public Function function(String name) {
    FrameLoops.Part part = raised.get(name);
    if (part != null) {
      return new Function(
          new FlatGraph(part.nodes(), Map.of(), library, raised),
          part.parameters(),
          part.results());
    }
    Inliner inliner = new Inliner(library);
    Inliner.Body body = inliner.flattenFunction(name);
    FlatGraph graph =
        new FlatGraph(body.nodes().values(), inliner.aliases(), library, new HashMap<>());
    return new Function(graph, body.parameters(), body.results());
  }

  /** The part of {@code node:output} before the last colon. */
  public static String nodeOf(String reference) {
    int colon = reference.lastIndexOf(':');
    return colon < 0 ? reference : reference.substring(0, colon);
  }

  /** A reference with its output, 0 where it names none, moved to where the value now stands. */
  public String place(String reference) {
    String full = reference.indexOf(':') < 0 ? reference + ":0" : reference;
    return places.getOrDefault(full, full);
  }

  public @Nullable NodeDefinition node(String name) {
    return nodes.get(name);
  }

  public Collection<NodeDefinition> nodes() {
    return nodes.values();
  }

  /** Nodes that read any output of a node. */
  public List<NodeDefinition> consumers(String name) {
    return consumers.getOrDefault(name, List.of());
  }

  /**
   * The nodes that some outputs need, each behind what it reads. Nodes of a loop stand where the
   * walk met them.
   *
   * @throws InputException when one of them reads a node that is not there
   */
  public List<NodeDefinition> needed(List<String> outputs) {
    List<NodeDefinition> order = new ArrayList<>();
    Set<String> done = new HashSet<>();
    Set<String> open = new HashSet<>();
    Deque<String> stack = new ArrayDeque<>();
    for (String output : outputs) {
      stack.push(nodeOf(output));
      while (!stack.isEmpty()) {
        String name = stack.peek();
        NodeDefinition node = nodes.get(name);
        if (node == null) {
          throw new InputException("The graph reads \"" + name + "\", which it does not have");
        }
        if (done.contains(name)) {
          stack.pop();
        } else if (open.add(name)) {
          for (int index = node.inputs().size() - 1; index >= 0; index--) {
            String source = nodeOf(node.inputs().get(index));
            if (!done.contains(source) && !open.contains(source)) {
              stack.push(source);
            }
          }
        } else {
          stack.pop();
          done.add(name);
          order.add(node);
        }
      }
    }
    return order;
  }
}
