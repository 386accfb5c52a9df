package io.nncf4j.compression.latency;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides which nodes run on integers so that the sum of what nodes take and what conversions
 * between integers and floats take is least.
 *
 * <p>Each node {@code n} costs {@code f(n)} in float and {@code i(n)} on integers; each value costs
 * {@code q} once when float gives it and any reader wants integers, and {@code d} once when
 * integers give it and any reader wants floats. This is a labelling with two labels and submodular
 * costs, so that the minimum cut of a graph gives the optimum (Greig, Porteous and Seheult 1989);
 * conversions that several readers share are paid once by way of a vertex for each value (Kohli,
 * Ladicky and Torr 2009).
 */
public final class PrecisionAssignment {
  /**
   * One node that may run either way.
   *
   * @param floatCost time in float
   * @param integerCost time on integers
   */
  public record Choice(String node, double floatCost, double integerCost) {}

  /**
   * One value between nodes.
   *
   * @param producer name of the choice that gives it; a name that is no choice, such as of a model
   *     input, stands for float
   * @param readers names of the nodes that read it, likewise
   * @param quantizeCost time of turning it into integers
   * @param dequantizeCost time of turning it into floats
   */
  public record Link(
      String producer, List<String> readers, double quantizeCost, double dequantizeCost) {
    public Link {
      readers = List.copyOf(readers);
    }
  }

  private PrecisionAssignment() {}

  /** Names of the nodes that run on integers in the cheapest assignment; the rest runs in float. */
  public static Set<String> solve(List<Choice> choices, List<Link> links) {
    MinimumCut cut = new MinimumCut();
    int integer = cut.vertex();
    int floating = cut.vertex();
    Map<String, Integer> vertices = new LinkedHashMap<>();
    for (Choice choice : choices) {
      int vertex = cut.vertex();
      vertices.put(choice.node(), vertex);
      cut.edge(integer, vertex, choice.floatCost());
      cut.edge(vertex, floating, choice.integerCost());
    }
    for (Link link : links) {
      int producer = vertices.getOrDefault(link.producer(), floating);
      List<Integer> readers = new ArrayList<>();
      link.readers().forEach(reader -> readers.add(vertices.getOrDefault(reader, floating)));
      int quantized = cut.vertex();
      int dequantized = cut.vertex();
      for (int reader : readers) {
        cut.edge(reader, quantized, Double.POSITIVE_INFINITY);
        cut.edge(dequantized, reader, Double.POSITIVE_INFINITY);
      }
      cut.edge(quantized, producer, link.quantizeCost());
      cut.edge(producer, dequantized, link.dequantizeCost());
    }
    BitSet side = cut.sourceSide(integer, floating);
    Set<String> integers = new LinkedHashSet<>();
    vertices.forEach(
        (node, vertex) -> {
          if (side.get(vertex)) {
            integers.add(node);
          }
        });
    return integers;
  }
}
