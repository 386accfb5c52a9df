package io.nncf4j.compression.pruning;

import io.nncf4j.compression.pruning.channel.ChannelAnalysis;
import io.nncf4j.compression.pruning.selection.LayerCosts;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * A model with its groups, and its costs for inputs like a sample.
 *
 * @param shaped the model of the analysis for a batch of one
 */
public record MeasuredModel(ChannelAnalysis analysis, Model shaped, LayerCosts costs) {
  /** Analyses a model; it may be in any form. */
  public static MeasuredModel of(Model model, Map<String, Tensor> sample) {
    ChannelAnalysis analysis = ChannelAnalysis.of(model);
    Map<String, Shape> shapes = new HashMap<>();
    for (Value input : analysis.model().graph().inputs()) {
      Tensor tensor = sample.get(input.name());
      if (tensor != null) {
        shapes.put(input.name(), Shape.of(tensor.shape()));
      }
    }
    Model shaped = ShapeInference.inferFor(analysis.model(), shapes);
    return new MeasuredModel(analysis, shaped, LayerCosts.of(analysis, shaped, false));
  }

  /** The model in normal form. */
  public Model model() {
    return analysis.model();
  }
}
