package io.nncf4j.compression.quantization;

import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Finds the few activations whose quantization makes much of the error of the outputs, and the
 * nodes that have to stay in float so that these activations do.
 *
 * <p>Errors of single activations all but add up, since roundings are independent of each other. So
 * halves of the activations are quantized alone, then halves of the one of all parts whose
 * activations make most on average, until single ones are left that stand out or not. Where none
 * stands out, the search ends after two ways down to a single activation.
 */
final class SensitiveNodes {
  /** Parts that are halved at most: bounds the time. */
  private static final int MOST_STEPS = 48;

  private final Graph graph;
  private final QuantizationPlan plan;
  private final Set<String> weighted = new LinkedHashSet<>();
  private final Set<String> quantized = new LinkedHashSet<>();

  private SensitiveNodes(Graph graph, QuantizationPlan plan) {
    this.graph = graph;
    this.plan = plan;
    plan.weights().stream().map(WeightPlacement::node).forEach(weighted::add);
    plan.activations().stream().map(ActivationPlacement::value).forEach(quantized::add);
  }

  /**
   * @param plan of the whole model
   * @param least an activation stands out when it alone makes this error
   * @param error of the outputs when nothing but these activations is quantized, see {@link
   *     OutputError}; called by several threads
   * @return names of nodes, none where no activation stands out
   */
  static Set<String> find(
      Graph graph,
      QuantizationPlan plan,
      double least,
      ToDoubleFunction<List<ActivationPlacement>> error) {
    return new SensitiveNodes(graph, plan).find(least, error);
  }

  /** Some activations, and the error that they make alone. */
  private record Part(List<ActivationPlacement> activations, double error) {
    double errorOfEach() {
      return error / activations.size();
    }
  }

  private Set<String> find(double least, ToDoubleFunction<List<ActivationPlacement>> error) {
    List<ActivationPlacement> all = plan.activations();
    Set<String> nodes = new LinkedHashSet<>();
    PriorityQueue<Part> open =
        new PriorityQueue<>(Comparator.comparingDouble(Part::errorOfEach).reversed());
    open.addAll(parts(all, least, error));
    int steps = Integer.SIZE - Integer.numberOfLeadingZeros(all.size());
    int most = 2 * steps;
    for (int taken = 0; taken < Math.min(most, MOST_STEPS) && !open.isEmpty(); ) {
      Part part = open.remove();
      if (part.activations().size() == 1) {
        nodes.addAll(around(part.activations().get(0)));
        most += 2 * steps;
      } else {
        open.addAll(parts(part.activations(), least, error));
        taken++;
      }
    }
    return nodes;
  }

  /** Halves that make enough to hold an activation that stands out. */
  private static List<Part> parts(
      List<ActivationPlacement> all,
      double least,
      ToDoubleFunction<List<ActivationPlacement>> error) {
    int middle = all.size() / 2;
    return Stream.of(all.subList(0, middle), all.subList(middle, all.size()))
        .parallel()
        .filter(half -> !half.isEmpty())
        .map(half -> new Part(half, error.applyAsDouble(half)))
        .filter(part -> part.error() >= least)
        .toList();
  }

  /**
   * What gives the value and what reads it, each with what lies between and is not quantized:
   * integer kernels have integers on both sides.
   */
  private Set<String> around(ActivationPlacement placement) {
    Set<String> nodes = new LinkedHashSet<>();
    Deque<String> above = new ArrayDeque<>(List.of(placement.value()));
    while (!above.isEmpty()) {
      Node producer = graph.producer(above.remove());
      if (producer != null && nodes.add(producer.name()) && !weighted.contains(producer.name())) {
        producer.inputs().stream().filter(input -> !isQuantized(input)).forEach(above::add);
      }
    }
    Deque<String> below = new ArrayDeque<>(List.of(placement.value()));
    while (!below.isEmpty()) {
      for (Node reader : graph.consumers(below.remove())) {
        if (nodes.add(reader.name()) && !weighted.contains(reader.name())) {
          reader.outputs().stream().filter(output -> !isQuantized(output)).forEach(below::add);
        }
      }
    }
    return nodes;
  }

  private boolean isQuantized(String value) {
    return quantized.contains(value);
  }
}
