package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Shapes and cost of an equation such as {@code bhqd,bhkd->bhqk}, with {@code ...} for batches. */
final class Einsum {
  private final List<String> inputs = new ArrayList<>();
  private final String output;

  private Einsum(String equation) {
    String bare = equation.replace(" ", "").replace("...", ".");
    int arrow = bare.indexOf("->");
    for (String term : (arrow < 0 ? bare : bare.substring(0, arrow)).split(",", -1)) {
      check(term, equation);
      inputs.add(term);
    }
    output = arrow < 0 ? implicit() : bare.substring(arrow + 2);
    check(output, equation);
  }

  private static void check(String term, String equation) {
    boolean valid =
        term.chars().allMatch(letter -> letter == '.' || Character.isLetter(letter))
            && term.indexOf('.') == term.lastIndexOf('.');
    if (!valid) {
      throw new InputException("attribute equation cannot be \"" + equation + "\"");
    }
  }

  /** Without an arrow: batches, then every letter that stands once, in alphabetical order. */
  private String implicit() {
    Map<Character, Integer> counts = new TreeMap<>();
    for (String term : inputs) {
      for (char letter : term.toCharArray()) {
        counts.merge(letter, 1, Integer::sum);
      }
    }
    StringBuilder letters = new StringBuilder(counts.containsKey('.') ? "." : "");
    counts.forEach(
        (letter, count) -> {
          if (letter != '.' && count == 1) {
            letters.append(letter);
          }
        });
    return letters.toString();
  }

  static @Nullable Shape shape(InferenceContext context) {
    Einsum einsum = new Einsum(context.node().stringAttribute("equation", ""));
    List<@Nullable Shape> shapes = new ArrayList<>();
    for (int index = 0; index < context.node().inputs().size(); index++) {
      shapes.add(context.shape(index));
    }
    return einsum.shape(shapes);
  }

  private @Nullable Shape shape(List<@Nullable Shape> shapes) {
    Map<Character, Dimension> lengths = new HashMap<>();
    Shape batch = Shape.SCALAR;
    boolean batchKnown = true;
    if (shapes.size() != inputs.size()) {
      throw new InputException(
          "the equation has " + inputs.size() + " terms for " + shapes.size() + " inputs");
    }
    for (int index = 0; index < inputs.size(); index++) {
      Shape shape = shapes.get(index);
      String term = inputs.get(index);
      if (shape == null) {
        batchKnown &= term.indexOf('.') < 0;
        continue;
      }
      Shape here = bind(term, shape, lengths);
      batch = batch == null ? null : Broadcasting.of(batch, here);
    }
    if (batch == null || (!batchKnown && output.indexOf('.') >= 0)) {
      return null;
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (char letter : output.toCharArray()) {
      if (letter == '.') {
        dimensions.addAll(batch.dimensions());
      } else {
        dimensions.add(lengths.getOrDefault(letter, Dimension.UNKNOWN));
      }
    }
    return new Shape(dimensions);
  }

  /** Notes the lengths of a term's letters and gives the shape of its batch axes. */
  private static Shape bind(String term, Shape shape, Map<Character, Dimension> lengths) {
    int dots = term.indexOf('.');
    int batchRank = dots < 0 ? 0 : shape.rank() - (term.length() - 1);
    if (batchRank < 0 || (dots < 0 && term.length() != shape.rank())) {
      throw new InputException("the term " + term + " of the equation does not fit " + shape);
    }
    int axis = 0;
    List<Dimension> batch = Collections.emptyList();
    for (char letter : term.toCharArray()) {
      if (letter == '.') {
        batch = shape.dimensions().subList(axis, axis + batchRank);
        axis += batchRank;
        continue;
      }
      Dimension length = shape.get(axis++);
      Dimension before = lengths.get(letter);
      if (before == null || before.lengthOrMinusOne() == 1) {
        lengths.put(letter, length);
      } else if (length.lengthOrMinusOne() != 1) {
        lengths.put(letter, Axes.same(before, length, "axes \"" + letter + "\" of the equation"));
      }
    }
    return new Shape(batch);
  }

  /** Two operations for each combination of all letters, one when there is a single input. */
  static long flops(Node node, List<@Nullable Shape> inputs, List<@Nullable Shape> outputs) {
    Einsum einsum = new Einsum(node.stringAttribute("equation", ""));
    Map<Character, Dimension> lengths = new HashMap<>();
    Shape batch = Shape.SCALAR;
    for (int index = 0; index < einsum.inputs.size(); index++) {
      Shape shape = Costs.at(inputs, index);
      if (shape == null || batch == null) {
        return Costs.UNKNOWN;
      }
      batch = Broadcasting.of(batch, bind(einsum.inputs.get(index), shape, lengths));
    }
    long flops = Costs.product(einsum.inputs.size() > 1 ? 2 : 1, Costs.elements(batch));
    for (Dimension length : lengths.values()) {
      flops = Costs.product(flops, length.lengthOrMinusOne());
    }
    return flops;
  }
}
