package io.nncf4j.core.rewrite;

import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.ElementCodec;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = factor[c] * x + offset[c]} for each channel c, on axis 1: what batch normalization is
 * in inference, and what can be folded into a layer with constant weights.
 */
final class ChannelAffine {
  static final String[] LAYERS = {"Conv", "ConvTranspose", "Gemm", "MatMul"};

  private final double[] factors;
  private final double[] offsets;

  ChannelAffine(double[] factors, double[] offsets) {
    this.factors = factors;
    this.offsets = offsets;
  }

  /**
   * Why it cannot be folded into {@code layer}, or null when it can. The caller has seen that
   * nobody else reads the layer's output.
   */
  @Nullable String obstacle(Node layer, Scope scope) {
    Tensor weight = scope.constant(layer.input(1));
    if (weight == null) {
      return "the weight of \"" + layer.name() + "\" is not a constant";
    }
    if (!weight.dataType().isFloatingPoint()) {
      return "the weight of \"" + layer.name() + "\" is " + weight;
    }
    if (layer.hasInput(2) && scope.constant(layer.input(2)) == null) {
      return "the bias of \"" + layer.name() + "\" is not a constant";
    }
    long channels = outputChannels(layer, weight);
    if (channels != factors.length) {
      return "\"" + layer.name() + "\" has " + channels + " channels, not " + factors.length;
    }
    if (layer.is("MatMul")) {
      Shape shape = scope.tensorType(layer.input(0)).shape();
      if (weight.rank() != 2 || shape == null || shape.rank() != 2) {
        return "the channels of \"" + layer.name() + "\" do not stand on axis 1";
      }
    }
    if (layer.is("Gemm")) {
      Tensor addend = scope.constant(layer.input(2));
      if (addend != null
          && addend.size() != 1
          && (addend.size() != channels || addend.dimension(-1) != channels)) {
        return "the bias of \"" + layer.name() + "\" is not one for each channel";
      }
    }
    return null;
  }

  private static long outputChannels(Node layer, Tensor weight) {
    if (weight.rank() < 2) {
      return -1;
    }
    if (layer.is("Conv")) {
      return weight.dimension(0);
    }
    if (layer.is("ConvTranspose")) {
      return weight.dimension(1) * layer.intAttribute("group", 1);
    }
    return layer.is("Gemm") && layer.intAttribute("transB", 0) != 0
        ? weight.dimension(0)
        : weight.dimension(1);
  }

  /** Puts the layer that does both in the place of {@code layer}; it defines {@code output}. */
  void fold(Node layer, String output, Scope scope, GraphEditor editor) {
    Tensor weight = java.util.Objects.requireNonNull(scope.constant(layer.input(1)));
    Tensor bias = scope.constant(layer.input(2));
    String newWeight = editor.addConstant(layer.input(1) + ".folded", scaled(layer, weight));
    String newBias =
        editor.addConstant(
            (bias == null ? layer.name() + ".bias" : layer.input(2)) + ".folded",
            shifted(layer, weight, bias));
    List<String> inputs = new ArrayList<>(List.of(layer.input(0), newWeight, newBias));
    Node folded = layer.withInputs(inputs).withOutputs(List.of(output));
    if (layer.is("MatMul")) {
      folded = folded.withOperator(io.nncf4j.core.graph.OperatorType.onnx("Gemm"));
    }
    if (layer.is("Gemm")) {
      folded = folded.withAttributes(layer.attributes().without("beta"));
    }
    editor.replace(folded);
  }

  private Tensor scaled(Node layer, Tensor weight) {
    ByteBuffer result = Tensor.allocate(weight.dataType(), weight.size());
    for (int index = 0; index < weight.size(); index++) {
      double value = weight.doubleAt(index) * factors[channel(layer, weight, index)];
      ElementCodec.write(weight.dataType(), result, index, value);
    }
    return Tensor.of(weight.dataType(), weight.shape(), result);
  }

  /** The output channel that an element of the weight works for. */
  private int channel(Node layer, Tensor weight, int index) {
    long[] shape = weight.shape();
    if (layer.is("Conv") || (layer.is("Gemm") && layer.intAttribute("transB", 0) != 0)) {
      return index / (weight.size() / (int) shape[0]);
    }
    if (layer.is("ConvTranspose")) {
      int perInput = weight.size() / (int) shape[0];
      int input = index / perInput;
      int inputsPerGroup = (int) (shape[0] / layer.intAttribute("group", 1));
      int window = perInput / (int) shape[1];
      return input / inputsPerGroup * (int) shape[1] + index % perInput / window;
    }
    return index % (int) shape[1];
  }

  private Tensor shifted(Node layer, Tensor weight, @Nullable Tensor bias) {
    double beta = layer.is("Gemm") ? layer.floatAttribute("beta", 1) : 1;
    double[] values = new double[factors.length];
    for (int channel = 0; channel < values.length; channel++) {
      double old = bias == null ? 0 : beta * bias.doubleAt(bias.size() == 1 ? 0 : channel);
      values[channel] = old * factors[channel] + offsets[channel];
    }
    return Tensor.ofDoubles(weight.dataType(), values, values.length);
  }
}
