package io.nncf4j.layers;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.Tensor;

/** A function without weights, applied to each element. */
public enum Activation implements Layer {
  RELU("Relu"),
  RELU6("Clip"),
  HARD_SWISH("HardSwish"),
  SIGMOID("Sigmoid"),
  TANH("Tanh"),
  GELU("Gelu"),
  MISH("Mish");

  private final String operator;

  Activation(String operator) {
    this.operator = operator;
  }

  @Override
  public String build(GraphBuilder graph, String input) {
    String name = input + "/" + operator;
    if (this == RELU6) {
      String low = graph.constant(name + ".min", Tensor.scalar(0f));
      String high = graph.constant(name + ".max", Tensor.scalar(6f));
      return graph.node(name, operator, Attributes.NONE, input, low, high);
    }
    return graph.node(name, operator, Attributes.NONE, input);
  }
}
