package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import java.util.Map;

/** Activation functions. */
final class ActivationRules {
  private ActivationRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    rules.put("ReLU", ActivationRules::relu);
    rules.put("Relu", ActivationRules::relu);
    rules.put("PReLU", ActivationRules::prelu);
    rules.put(
        "Elu",
        layer ->
            layer.finish(
                "Elu",
                Attributes.NONE.with("alpha", layer.data.number("alpha", 1)),
                layer.input(0)));
    rules.put("Selu", ActivationRules::selu);
    rules.put("SoftPlus", layer -> same(layer, "Softplus"));
    rules.put("SoftSign", layer -> same(layer, "Softsign"));
    rules.put("Mish", layer -> same(layer, "Mish"));
    rules.put("HSwish", layer -> same(layer, "HardSwish"));
    rules.put(
        "HSigmoid",
        layer ->
            layer.finish(
                "HardSigmoid",
                Attributes.NONE.with("alpha", 1f / 6).with("beta", 0.5f),
                layer.input(0)));
    rules.put("HardSigmoid", ActivationRules::hardSigmoid);
    rules.put("Swish", ActivationRules::swish);
    rules.put("Gelu", ActivationRules::gelu);
    rules.put("SoftMax", layer -> softmax(layer, "Softmax"));
    rules.put("Softmax", layer -> softmax(layer, "Softmax"));
    rules.put("LogSoftmax", layer -> softmax(layer, "LogSoftmax"));
  }

  private static void same(LayerContext layer, String type) {
    layer.finish(type, Attributes.NONE, layer.input(0));
  }

  private static void relu(LayerContext layer) {
    float slope = layer.data.number("negative_slope", 0);
    if (slope == 0) {
      same(layer, "Relu");
    } else {
      layer.finish("LeakyRelu", Attributes.NONE.with("alpha", slope), layer.input(0));
    }
  }

  /** A slope of one dimension belongs to the channels, axis 1. */
  private static void prelu(LayerContext layer) {
    Tensor single = layer.constantOrNull(1);
    if (single != null && single.size() == 1) {
      layer.finish("LeakyRelu", Attributes.NONE.with("alpha", single.floatAt(0)), layer.input(0));
      return;
    }
    String slope = layer.input(1);
    Shape shape = layer.type(1).shape();
    if (shape != null && shape.rank() == 1 && shape.isStatic() && shape.toArray()[0] != 1) {
      int rank = layer.rank(0);
      if (rank > 2) {
        long[] spread = new long[rank - 1];
        java.util.Arrays.fill(spread, 1);
        spread[0] = shape.toArray()[0];
        slope = layer.weights(1, spread);
      }
    }
    layer.finish("PRelu", Attributes.NONE, layer.input(0), slope);
  }

  private static void selu(LayerContext layer) {
    layer.finish(
        "Selu",
        Attributes.NONE
            .with("alpha", layer.numberInput(1, 1.6732632f))
            .with("gamma", layer.numberInput(2, 1.050701f)),
        layer.input(0));
  }

  private static void hardSigmoid(LayerContext layer) {
    layer.finish(
        "HardSigmoid",
        Attributes.NONE
            .with("alpha", layer.numberInput(1, 0.2f))
            .with("beta", layer.numberInput(2, 0.5f)),
        layer.input(0));
  }

  private static void swish(LayerContext layer) {
    String scaled = layer.input(0);
    if (layer.hasInput(1)) {
      Tensor beta = layer.constantOrNull(1);
      boolean isOne = beta != null && beta.size() == 1 && beta.floatAt(0) == 1;
      scaled = isOne ? scaled : layer.emit("Mul", scaled, layer.input(1));
    } else if (layer.data.has("alpha")) {
      scaled = layer.emit("Mul", scaled, layer.scalarLike(0, layer.data.number("alpha", 1)));
    }
    String gate = layer.emit("Sigmoid", scaled);
    layer.finish("Mul", Attributes.NONE, layer.input(0), gate);
  }

  private static void gelu(LayerContext layer) {
    String mode = layer.data.word("approximation_mode", "erf");
    if (!mode.equals("erf") && !mode.equals("tanh")) {
      throw new InputException("its approximation_mode should be erf or tanh, found " + mode);
    }
    layer.finish(
        "Gelu",
        Attributes.NONE.with("approximate", mode.equals("erf") ? "none" : "tanh"),
        layer.input(0));
  }

  private static void softmax(LayerContext layer, String type) {
    layer.finish(type, Attributes.NONE.with("axis", layer.data.integer("axis", 1)), layer.input(0));
  }
}
