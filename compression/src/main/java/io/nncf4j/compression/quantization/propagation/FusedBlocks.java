package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chains of nodes that a runtime executes as one operator, such as convolution, bias, batch-norm
 * and activation: no quantizer may stand inside.
 *
 * <p>A chain is written as a word over the kinds of its nodes: {@code I} model input, {@code L}
 * linear operator, {@code A} elementwise arithmetic with a constant (or, as the first letter, with
 * anything), {@code B} batch-norm, {@code R} activation, {@code S} squeeze, {@code T} transpose.
 * The words that fuse are {@link #WORDS}; longer ones win, then earlier ones in the graph, and a
 * node belongs to one chain only. Each inner node has one reader.
 */
final class FusedBlocks {
  private static final List<String> WORDS = words();

  private static final Set<String> LINEAR =
      Set.of("Conv", "ConvTranspose", "DeformConv", "Gemm", "MatMul");
  private static final Set<String> ARITHMETIC = Set.of("Add", "Sub", "Mul", "Div");
  private static final Set<String> ACTIVATIONS =
      Set.of(
          "Relu",
          "Clip",
          "LeakyRelu",
          "ThresholdedRelu",
          "Elu",
          "PRelu",
          "Sigmoid",
          "HardSigmoid",
          "HardSwish",
          "Selu");

  private final Graph graph;
  private final LiveNodes live;
  private final Map<String, CompositeActivations.Unit> composites;
  private final Map<String, List<Node>> blockOfNode = new HashMap<>();
  private final Map<String, List<Node>> blockOfInput = new LinkedHashMap<>();

  FusedBlocks(Graph graph, LiveNodes live) {
    this.graph = graph;
    this.live = live;
    this.composites = CompositeActivations.find(graph);
    List<Candidate> candidates = new ArrayList<>();
    collect(candidates);
    // Stable: among chains of one length the earlier in the graph comes first.
    candidates.sort(
        Comparator.comparingInt(
                (Candidate candidate) -> candidate.nodes.size() + (candidate.input == null ? 0 : 1))
            .reversed());
    Set<String> taken = new HashSet<>();
    for (Candidate candidate : candidates) {
      boolean isFree =
          candidate.nodes.stream().noneMatch(node -> taken.contains(node.name()))
              && !blockOfInput.containsKey(String.valueOf(candidate.input));
      if (!isFree) {
        continue;
      }
      candidate.nodes.forEach(node -> taken.add(node.name()));
      if (candidate.input == null) {
        candidate.nodes.forEach(node -> blockOfNode.put(node.name(), candidate.nodes));
      } else {
        blockOfInput.put(candidate.input, candidate.nodes);
        candidate.nodes.forEach(node -> blockOfNode.put(node.name(), candidate.nodes));
      }
    }
  }

  private static List<String> words() {
    return List.of(
        // Preprocessing at the inputs.
        "IA",
        "IAA",
        "ITA",
        "ITAA",
        // A linear operator, its bias, and what follows.
        "LA",
        "LB",
        "LR",
        "LAA",
        "LAR",
        "LBR",
        "LRB",
        "LRA",
        "LRAA",
        "LAAA",
        "LARA",
        "LARAA",
        "LBAAR",
        "LSR",
        "LSAR",
        "LSAAR",
        // Arithmetic, batch-norm and activations without one.
        "AR",
        "AB",
        "ARA",
        "ARB",
        "ABR",
        "ARAA",
        "AAR",
        "AAA",
        "AAAR",
        "BR",
        "BAAR",
        "RB",
        "RAA");
  }

  private record Candidate(@Nullable String input, List<Node> nodes) {}

  private void collect(List<Candidate> candidates) {
    for (String word : WORDS) {
      if (word.startsWith("I")) {
        graph
            .inputs()
            .forEach(
                input -> addIfMatched(candidates, input.name(), List.of(), input.name(), word, 1));
      }
    }
    for (Node node : graph.nodes()) {
      if (!live.isLive(node)) {
        continue;
      }
      for (String word : WORDS) {
        List<Node> first = step(node, word.charAt(0), true);
        if (first != null) {
          addIfMatched(candidates, null, first, last(first).output(0), word, 1);
        }
      }
      CompositeActivations.Unit composite = composites.get(node.name());
      if (composite != null) {
        candidates.add(new Candidate(null, composite.nodes()));
      }
      List<Node> scaleShift = scaleShift(node);
      if (scaleShift != null) {
        candidates.add(new Candidate(null, scaleShift));
      }
    }
  }

  /** Mul then Add or Sub, or the other way round, each with a constant: scale and shift. */
  private @Nullable List<Node> scaleShift(Node node) {
    if (!node.is("Add", "Sub", "Mul", "Div")) {
      return null;
    }
    Node next = soleReader(node.output(0));
    if (next == null
        || kindOf(next, false) != 'A'
        || isMultiplicative(node) == isMultiplicative(next)) {
      return null;
    }
    return List.of(node, next);
  }

  private static boolean isMultiplicative(Node node) {
    return node.is("Mul", "Div");
  }

  private void addIfMatched(
      List<Candidate> candidates,
      @Nullable String input,
      List<Node> begun,
      String value,
      String word,
      int letter) {
    List<Node> nodes = new ArrayList<>(begun);
    String current = value;
    for (int index = letter; index < word.length(); index++) {
      Node next = soleReader(current);
      List<Node> unit = next == null ? null : step(next, word.charAt(index), false);
      if (unit == null) {
        return;
      }
      nodes.addAll(unit);
      current = last(unit).output(0);
    }
    if (pairsScaleAndShift(word, nodes)) {
      candidates.add(new Candidate(input, List.copyOf(nodes)));
    }
  }

  /**
   * Two letters A in a row behind anything but a bias stand for a scale and a shift: one
   * multiplies, the other adds.
   */
  private static boolean pairsScaleAndShift(String word, List<Node> nodes) {
    int doubled = word.indexOf("AA");
    if (doubled < 0 || word.startsWith("LAA") || nodes.size() < 2) {
      return true;
    }
    List<Node> arithmetic =
        nodes.stream().filter(node -> ARITHMETIC.contains(node.type())).toList();
    int size = arithmetic.size();
    return size < 2
        || isMultiplicative(arithmetic.get(size - 1)) != isMultiplicative(arithmetic.get(size - 2));
  }

  /**
   * The nodes that one letter stands for when the chain enters at {@code node}; null when it does
   * not match.
   */
  private @Nullable List<Node> step(Node node, char letter, boolean isFirst) {
    if (letter == 'R') {
      CompositeActivations.Unit composite = composites.get(node.name());
      if (composite != null && !isFirst) {
        return composite.nodes();
      }
    }
    return kindOf(node, isFirst) == letter ? List.of(node) : null;
  }

  private char kindOf(Node node, boolean isFirst) {
    if (!node.operator().isOnnx() || node.outputs().size() != 1) {
      return '?';
    }
    String type = node.type();
    if (LINEAR.contains(type)) {
      return isFirst ? 'L' : '?';
    }
    if (ACTIVATIONS.contains(type)) {
      return 'R';
    }
    if (ARITHMETIC.contains(type)) {
      // Behind the first node, a second live operand would be a neighbour from outside the chain.
      long liveInputs = node.inputs().stream().filter(live::isLive).count();
      return isFirst || liveInputs == 1 ? 'A' : '?';
    }
    return switch (type) {
      case "BatchNormalization" -> 'B';
      case "Squeeze" -> 'S';
      case "Transpose" -> 'T';
      default -> '?';
    };
  }

  /**
   * The node that alone reads {@code value}, or for the entry of a composite activation the first
   * of its readers; null otherwise.
   */
  private @Nullable Node soleReader(String value) {
    if (graph.isOutput(value)) {
      return null;
    }
    List<Node> readers = graph.consumers(value);
    if (readers.size() == 1) {
      return graph.uses(value).get(0).index() < 0 ? null : readers.get(0);
    }
    for (Node reader : readers) {
      CompositeActivations.Unit unit = composites.get(reader.name());
      if (unit != null && unit.input().equals(value) && unit.nodes().containsAll(readers)) {
        return reader;
      }
    }
    return null;
  }

  private static Node last(List<Node> nodes) {
    return nodes.get(nodes.size() - 1);
  }

  /** The chain that {@code node} belongs to, in order; a list of itself when it belongs to none. */
  List<Node> blockOf(Node node) {
    return blockOfNode.getOrDefault(node.name(), List.of(node));
  }

  /** The nodes fused to the model input {@code input}, possibly none. */
  List<Node> blockOfInput(String input) {
    return blockOfInput.getOrDefault(input, List.of());
  }
}
