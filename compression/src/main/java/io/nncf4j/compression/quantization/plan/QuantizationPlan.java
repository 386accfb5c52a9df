package io.nncf4j.compression.quantization.plan;

import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.RangeOptions;
import io.nncf4j.core.Finding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where quantizers stand, what they are, and which nodes stay in float and why.
 *
 * <p>Prints as a table; {@link PlanJson} saves it and reads it back. Holds all that was measured:
 * two runs with the same plan, model and samples give the same bytes, and the second measures
 * nothing.
 *
 * @param options what the plan was made for
 * @param placements quantizers in the order of the graph
 * @param floatNodes nodes that stay in float although their operator could be quantized
 * @param findings what else the user should know
 * @param calibration what is done with samples; null in a plan that says only where quantizers
 *     stand
 * @param bodies plans of the bodies of If, Loop and Scan, by {@link #bodyKey}; those that are not
 *     there stay in float
 */
public record QuantizationPlan(
    QuantizationOptions options,
    List<QuantizerPlacement> placements,
    List<FloatNode> floatNodes,
    List<Finding> findings,
    @Nullable Calibration calibration,
    Map<String, QuantizationPlan> bodies) {
  public QuantizationPlan {
    placements = List.copyOf(placements);
    floatNodes = List.copyOf(floatNodes);
    findings = List.copyOf(findings);
    bodies = Collections.unmodifiableMap(new LinkedHashMap<>(bodies));
  }

  /** A plan that says only where quantizers stand. */
  public QuantizationPlan(
      QuantizationOptions options,
      List<QuantizerPlacement> placements,
      List<FloatNode> floatNodes,
      List<Finding> findings) {
    this(options, placements, floatNodes, findings, null, Map.of());
  }

  /** The name of a body among {@link #bodies}. */
  public static String bodyKey(String node, String attribute) {
    return node + ":" + attribute;
  }

  /** Whether nothing stays to be done by this plan. */
  public boolean quantizesNothing() {
    return placements.isEmpty() && bodies.isEmpty();
  }

  /** With what is done with samples, here and in bodies. */
  public QuantizationPlan withCalibration(
      Calibration newCalibration, Map<String, QuantizationPlan> newBodies) {
    return new QuantizationPlan(
        options, placements, floatNodes, findings, newCalibration, newBodies);
  }

  /** With how ranges are found, where something is quantized. */
  public QuantizationPlan withRanges(RangeOptions ranges) {
    return calibration == null ? this : withCalibration(calibration.withRanges(ranges), bodies);
  }

  public List<ActivationPlacement> activations() {
    return placements.stream()
        .filter(ActivationPlacement.class::isInstance)
        .map(ActivationPlacement.class::cast)
        .toList();
  }

  public List<WeightPlacement> weights() {
    return placements.stream()
        .filter(WeightPlacement.class::isInstance)
        .map(WeightPlacement.class::cast)
        .toList();
  }

  /** The plan's own findings, and one for each reason with all the nodes that it keeps in float. */
  public List<Finding> allFindings() {
    Map<String, List<FloatNode>> byReason = new LinkedHashMap<>();
    for (FloatNode node : floatNodes) {
      byReason.computeIfAbsent(node.reason(), key -> new ArrayList<>()).add(node);
    }
    List<Finding> all = new ArrayList<>(findings);
    byReason.forEach(
        (reason, nodes) ->
            all.add(
                new Finding(
                    Finding.Severity.INFORMATION,
                    "left-in-float",
                    "Left in float: " + reason,
                    nodes.stream().map(FloatNode::node).toList())));
    return all;
  }

  /** The plan as a table, one line for each quantizer and each node left in float. */
  @Override
  public String toString() {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"what", "where", "quantizer", "group"});
    addRows(rows);
    StringBuilder text = new StringBuilder(table(rows));
    bodies.forEach((key, body) -> text.append('\n').append(key).append('\n').append(body));
    return text.toString();
  }

  private void addRows(List<String[]> rows) {
    for (QuantizerPlacement placement : placements) {
      rows.add(row(placement));
    }
    for (FloatNode node : floatNodes) {
      rows.add(new String[] {"float", node.node() + " (" + node.type() + ")", node.reason(), ""});
    }
  }

  private static String[] row(QuantizerPlacement placement) {
    String group = placement.unifiedGroup() == 0 ? "" : Integer.toString(placement.unifiedGroup());
    String quantizer = placement.quantizer().toString();
    if (placement instanceof WeightPlacement weight) {
      return new String[] {
        "weight", weight.value() + " of " + weight.node() + ":" + weight.input(), quantizer, group
      };
    }
    ActivationPlacement activation = (ActivationPlacement) placement;
    String where =
        activation.uses().isEmpty()
            ? activation.value()
            : activation.value() + " for " + activation.uses();
    return new String[] {"activation", where, quantizer, group};
  }

  private static String table(List<String[]> rows) {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int column = 0; column < row.length; column++) {
        widths[column] = Math.max(widths[column], row[column].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.length; column++) {
        line.append(row[column]).append(" ".repeat(widths[column] - row[column].length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
