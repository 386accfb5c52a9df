package io.nncf4j.compression.quantization.propagation;

import io.nncf4j.compression.quantization.plan.Quantizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A quantizer on its way up, with the configurations that all operators below it would accept, best
 * first.
 */
final class MovingQuantizer {
  final int id;
  List<Quantizer> configurations;
  final boolean isWildcard;
  Point location;
  int pathLength;

  /** Operations whose inputs this quantizer quantizes. */
  final Set<Operation> sinks = new LinkedHashSet<>();

  /** Operations that it stands before or has passed. */
  final Set<Operation> affected = new LinkedHashSet<>();

  final Set<Point> path = new LinkedHashSet<>();

  /** Quantizers of one group share their scale. */
  @Nullable ScaleGroup group;

  /** The operation whose readers must agree before this quantizer may move on. */
  @Nullable Operation waitingBehind;

  /** The lookup whose table takes over this quantizer. */
  @Nullable Operation dependsOnWeightsOf;

  MovingQuantizer(int id, List<Quantizer> configurations, boolean isWildcard, Point location) {
    this.id = id;
    this.configurations = List.copyOf(configurations);
    this.isWildcard = isWildcard;
    this.location = location;
  }

  /**
   * Quantizers that must share one scale; {@code onlyPerTensor} groups let go of members that end
   * up per channel.
   */
  static final class ScaleGroup {
    final int id;
    boolean onlyPerTensor;

    ScaleGroup(int id, boolean onlyPerTensor) {
      this.id = id;
      this.onlyPerTensor = onlyPerTensor;
    }
  }

  @Override
  public String toString() {
    return "quantizer " + id + " " + location;
  }
}
