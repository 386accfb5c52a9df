package io.nncf4j.compression.pruning.channel;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code Einsum}: dimensions of the same letter go together. */
record EinsumChannels() implements ChannelRule {
  private record Standing(Place place, int dimension) {}

  @Override
  public void relate(NodeLinks links) {
    String equation = links.node().stringAttribute("equation", "").replace(" ", "");
    int arrow = equation.indexOf("->");
    if (arrow < 0 || equation.contains(".")) {
      return;
    }
    List<String> operands = List.of(equation.substring(0, arrow).split(",", -1));
    if (operands.size() != links.node().inputs().size()) {
      return;
    }
    String result = equation.substring(arrow + 2);
    Map<Character, Standing> letters = new HashMap<>();
    for (int operand = 0; operand < operands.size(); operand++) {
      relate(links, links.input(operand), operands.get(operand), letters);
    }
    relate(links, links.output(0), result, letters);
    for (int dimension = 0; dimension < result.length(); dimension++) {
      char letter = result.charAt(dimension);
      if (operands.stream().allMatch(operand -> operand.indexOf(letter) >= 0)) {
        links.prefer(links.output(0), dimension);
      }
    }
  }

  private static void relate(
      NodeLinks links, Place place, String subscripts, Map<Character, Standing> letters) {
    for (int dimension = 0; dimension < subscripts.length(); dimension++) {
      Standing first = letters.get(subscripts.charAt(dimension));
      if (first == null) {
        letters.put(subscripts.charAt(dimension), new Standing(place, dimension));
        links.free(place, dimension);
      } else {
        links.same(first.place, first.dimension, place, dimension);
      }
    }
  }
}
