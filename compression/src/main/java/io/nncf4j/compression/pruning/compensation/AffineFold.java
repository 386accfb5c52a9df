package io.nncf4j.compression.pruning.compensation;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;

/** Puts a factor and a shift of each output channel into the weight and the bias of a layer. */
final class AffineFold {
  private AffineFold() {}

  static void into(
      GraphEditor editor,
      Graph graph,
      Node layer,
      int filterDimension,
      double[] factors,
      double[] shifts) {
    Tensor weight = graph.constant(layer.input(1));
    if (weight == null) {
      throw new IllegalStateException("the weight of " + layer.name() + " is no constant");
    }
    String scaled =
        editor.addConstant(layer.input(1) + "_fitted", scaled(weight, filterDimension, factors));
    Tensor bias = layer.hasInput(2) ? graph.constant(layer.input(2)) : null;
    float[] sums = new float[factors.length];
    for (int channel = 0; channel < sums.length; channel++) {
      double old = bias == null ? 0 : bias.floatAt(bias.size() == 1 ? 0 : channel);
      sums[channel] = (float) (old * factors[channel] + shifts[channel]);
    }
    String shifted =
        editor.addConstant(
            (layer.hasInput(2) ? layer.input(2) : layer.name() + "_bias") + "_fitted",
            Tensor.ofFloats(sums, sums.length));
    editor.replace(editor.node(layer.name()).withInput(1, scaled).withInput(2, shifted));
  }

  private static Tensor scaled(Tensor weight, int dimension, double[] factors) {
    float[] values = weight.toFloats();
    int inner = 1;
    for (int axis = dimension + 1; axis < weight.rank(); axis++) {
      inner *= (int) weight.dimension(axis);
    }
    int length = (int) weight.dimension(dimension);
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) (values[index] * factors[index / inner % length]);
    }
    return Tensor.ofFloats(values, weight.shape());
  }
}
