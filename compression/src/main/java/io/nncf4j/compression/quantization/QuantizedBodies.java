package io.nncf4j.compression.quantization;

import io.nncf4j.compression.calibration.CalibrationSamples;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.quantization.plan.Planner;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Engine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of If, Loop and Scan, each quantized as a model of its own with what the model around
 * it gives to it. Values cross the border as floats, so that a body fits whatever stands around it.
 *
 * @param bodies quantized bodies by node and attribute
 * @param plans their plans, by {@link QuantizationPlan#bodyKey}
 * @param findings what became of each body
 */
record QuantizedBodies(
    Map<String, Map<String, Graph>> bodies,
    Map<String, QuantizationPlan> plans,
    List<Finding> findings) {
  /**
   * @param model normalised, with types
   * @param untouched names of nodes that stay as they are
   * @param given plans to follow, or null to make them
   */
  static QuantizedBodies of(
      Model model,
      Set<String> untouched,
      Planner planner,
      Engine engine,
      CalibrationSamples samples,
      QuantizationParameters parameters,
      @Nullable Map<String, QuantizationPlan> given) {
    QuantizedBodies result =
        new QuantizedBodies(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
    for (Node node : model.graph().nodes()) {
      if (!node.is("If", "Loop", "Scan") || untouched.contains(node.name())) {
        continue;
      }
      node.attributes()
          .asMap()
          .forEach(
              (attribute, value) -> {
                String key = QuantizationPlan.bodyKey(node.name(), attribute);
                if (value instanceof Attribute.GraphAttribute
                    && (given == null || given.containsKey(key))) {
                  QuantizationPlan plan = given == null ? null : given.get(key);
                  result.quantize(
                      model, node, attribute, planner, engine, samples, parameters, plan);
                }
              });
    }
    return result;
  }

  private void quantize(
      Model model,
      Node node,
      String attribute,
      Planner planner,
      Engine engine,
      CalibrationSamples samples,
      QuantizationParameters parameters,
      @Nullable QuantizationPlan plan) {
    BodyModel body = BodyModel.of(model, node, attribute);
    String what = "the " + attribute.replace('_', ' ') + " of node \"" + node.name() + "\" ";
    if (body == null) {
      report(node, what + "stays in float: the type of a value that it reads is not known");
      return;
    }
    QuantizationOptions placement = inside(parameters.placement());
    IgnoredScope wide = parameters.wideActivations();
    if (plan == null && !canBeQuantized(body.model(), planner, placement)) {
      return;
    }
    try (BodySamples given = new BodySamples(engine, model, node, body, samples)) {
      if (isNeverRun(given)) {
        report(node, what + "stays in float: no calibration sample runs it");
        return;
      }
      PostTrainingQuantization.Result quantized =
          new PostTrainingQuantization(planner, engine)
              .quantize(
                  body.model(),
                  given,
                  parameters
                      .withPlacement(placement)
                      .withSubsetSize(Integer.MAX_VALUE) // Of samples, not of steps.
                      .withWideActivations(wide == null ? null : inside(wide))
                      .withCalibration(parameters.calibration().withProgress(done -> {})),
                  plan);
      plans.put(QuantizationPlan.bodyKey(node.name(), attribute), quantized.plan());
      bodies
          .computeIfAbsent(node.name(), key -> new LinkedHashMap<>())
          .put(attribute, body.asBody(quantized.model().graph()));
      report(node, what + "was quantized as a model of its own");
    }
  }

  /** Names of the model around it are no names in a body. */
  private static QuantizationOptions inside(QuantizationOptions placement) {
    return placement.withIgnoredScope(inside(placement.ignoredScope()));
  }

  private static IgnoredScope inside(IgnoredScope scope) {
    return new IgnoredScope(scope.names(), scope.patterns(), scope.types(), List.of(), false);
  }

  private static boolean canBeQuantized(
      Model model, Planner planner, QuantizationOptions placement) {
    Model normal = Normalization.standard().apply(model).model();
    return !planner.plan(normal, placement).placements().isEmpty()
        || normal.graph().nodes().stream().anyMatch(node -> node.is("If", "Loop", "Scan"));
  }

  private static boolean isNeverRun(BodySamples given) {
    CalibrationSamples.@Nullable Inputs first =
        given.begin().next((type, shape) -> Tensor.allocateDirect(type, 0));
    return first == null;
  }

  private void report(Node node, String message) {
    findings.add(Finding.information("body", message, node.name()));
  }

  boolean isEmpty() {
    return bodies.isEmpty();
  }

  /** The model with the quantized bodies in the place of the float ones. */
  Model putInto(Model model) {
    if (bodies.isEmpty()) {
      return model;
    }
    GraphEditor editor = new GraphEditor(model.graph());
    bodies.forEach(
        (name, graphs) -> {
          Node node = editor.node(name);
          Attributes attributes = node.attributes();
          for (Map.Entry<String, Graph> entry : graphs.entrySet()) {
            attributes = attributes.with(entry.getKey(), Attribute.of(entry.getValue()));
          }
          editor.replace(node.withAttributes(attributes));
        });
    return model.withGraph(editor.removeUnused().build());
  }
}
