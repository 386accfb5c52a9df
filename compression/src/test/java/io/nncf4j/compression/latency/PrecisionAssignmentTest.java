package io.nncf4j.compression.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.latency.PrecisionAssignment.Choice;
import io.nncf4j.compression.latency.PrecisionAssignment.Link;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PrecisionAssignmentTest {
  @Test
  void convertsOnlyWhenTheGainPaysForIt() {
    List<Choice> choices =
        List.of(new Choice("a", 10, 4), new Choice("b", 10, 11), new Choice("c", 10, 4));
    List<Link> cheap = List.of(link("a", 0.1, "b"), link("b", 0.1, "c"));
    List<Link> dear = List.of(link("a", 3, "b"), link("b", 3, "c"));

    assertThat(PrecisionAssignment.solve(choices, cheap)).containsExactly("a", "c");
    assertThat(PrecisionAssignment.solve(choices, dear)).containsExactly("a", "b", "c");
  }

  @Test
  void leavesEverythingInFloatWhenNothingPays() {
    List<Choice> choices = List.of(new Choice("a", 5, 4), new Choice("b", 5, 6));
    List<Link> links = List.of(link("input", 2, "a"), link("a", 2, "b"), link("b", 2, "output"));

    assertThat(PrecisionAssignment.solve(choices, links)).isEmpty();
  }

  @Test
  void paysASharedConversionOnce() {
    List<Choice> choices =
        List.of(new Choice("a", 3, 1), new Choice("b", 3, 1), new Choice("c", 3, 1));
    List<Link> links = List.of(link("input", 5, "a", "b", "c"));

    assertThat(PrecisionAssignment.solve(choices, links)).containsExactly("a", "b", "c");
  }

  /** Every labelling of small random graphs is tried: none is cheaper. */
  @Property(tries = 300)
  void isOptimal(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int count = 2 + random.nextInt(7);
    List<Choice> choices = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      choices.add(new Choice("n" + index, random.nextInt(20), random.nextInt(20)));
      List<String> readers = new ArrayList<>();
      for (int later = index + 1; later < count; later++) {
        if (random.nextInt(3) == 0) {
          readers.add("n" + later);
        }
      }
      if (random.nextInt(4) == 0) {
        readers.add("output");
      }
      links.add(new Link("n" + index, readers, random.nextInt(6), random.nextInt(6)));
    }
    links.add(link("input", random.nextInt(6), "n0"));

    double found = cost(choices, links, PrecisionAssignment.solve(choices, links));
    for (int mask = 0; mask < 1 << count; mask++) {
      Set<String> integers = new LinkedHashSet<>();
      for (int index = 0; index < count; index++) {
        if ((mask >> index & 1) != 0) {
          integers.add("n" + index);
        }
      }
      assertThat(found).isLessThanOrEqualTo(cost(choices, links, integers) + 1e-6);
    }
  }

  private static double cost(List<Choice> choices, List<Link> links, Set<String> integers) {
    double cost = 0;
    for (Choice choice : choices) {
      cost += integers.contains(choice.node()) ? choice.integerCost() : choice.floatCost();
    }
    for (Link link : links) {
      boolean given = integers.contains(link.producer());
      boolean wantsIntegers = link.readers().stream().anyMatch(integers::contains);
      boolean wantsFloats = link.readers().stream().anyMatch(reader -> !integers.contains(reader));
      cost += !given && wantsIntegers ? link.quantizeCost() : 0;
      cost += given && wantsFloats ? link.dequantizeCost() : 0;
    }
    return cost;
  }

  private static Link link(String producer, double cost, String... readers) {
    return new Link(producer, List.of(readers), cost, cost);
  }
}
