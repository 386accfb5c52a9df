package io.nncf4j.compression.quantization;

import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;

/**
 * Biases as int32 constants with the scale of the products that they are added to, the form that
 * integer convolutions take.
 *
 * <pre>  bias ≈ code · (input scale · weight scale),  one scale for each output channel  </pre>
 */
final class QuantizeBiases {
  /** Codes beyond this could overflow the 32-bit accumulator together with the products. */
  private static final double LARGEST_CODE = 1L << 30;

  private QuantizeBiases() {}

  /**
   * The weight's grid, with the scale raised in channels whose bias would not fit into 32 bits, as
   * it happens in channels whose weights are all but zero.
   */
  static IntegerGrid roomForBias(IntegerGrid weight, float inputScale, Tensor bias) {
    float[] scales = weight.scale().toFloats();
    boolean changed = false;
    for (int channel = 0; channel < bias.size(); channel++) {
      int at = scales.length == 1 ? 0 : channel;
      double needed = Math.abs(bias.doubleAt(channel)) / (inputScale * LARGEST_CODE);
      if (scales[at] < needed) {
        scales[at] = (float) (needed * (1 + 1e-6));
        changed = true;
      }
    }
    return changed
        ? new IntegerGrid(
            Tensor.ofFloats(scales, weight.scale().shape()),
            weight.zeroPoint(),
            weight.lowestCode(),
            weight.highestCode())
        : weight;
  }

  /** Puts the integer bias in the place of the float one at input {@code index} of the node. */
  static void apply(
      GraphEditor editor, Node node, int index, Tensor bias, float inputScale, IntegerGrid weight) {
    int channels = bias.size();
    boolean perChannel = weight.isPerChannel();
    float[] scales = new float[perChannel ? channels : 1];
    int[] codes = new int[channels];
    for (int channel = 0; channel < channels; channel++) {
      int at = perChannel ? channel : 0;
      scales[at] = inputScale * weight.scale().floatAt(at);
      codes[channel] = (int) Math.rint(bias.doubleAt(channel) / scales[at]);
    }
    long[] scaleShape = perChannel ? new long[] {channels} : new long[0];
    dequantize(editor, node, index, codes, Tensor.ofFloats(scales, scaleShape));
  }

  private static void dequantize(
      GraphEditor editor, Node node, int index, int[] codes, Tensor scale) {
    String output = editor.freshName(node.input(index) + ".dequantized");
    List<String> inputs =
        List.of(
            editor.addConstant(output + ".codes", Tensor.ofInts(codes, codes.length)),
            editor.addConstant(output + ".scale", scale),
            editor.addConstant(
                output + ".zero_point",
                Tensor.ofDoubles(DataType.INT32, new double[scale.size()], scale.shape())));
    editor.add(
        Node.onnx(
            editor.freshName(output),
            "DequantizeLinear",
            scale.rank() > 0 ? Attributes.NONE.with("axis", 0L) : Attributes.NONE,
            inputs,
            List.of(output)));
    editor.redirect(node.name(), index, output);
  }

  /**
   * Writes a float bias as integers that give exactly the same floats, each with a scale of its own
   * that is a power of two. ONNX Runtime quantizes a float bias between dequantized operands by
   * itself, with the scale of the products, which is coarse for weights of 4 bits (ResNet-20: 17 %
   * of the classes changed); a bias that is dequantized already it leaves alone.
   */
  static void applyExactly(GraphEditor editor, Node node, int index, Tensor bias) {
    int channels = bias.size();
    float[] scales = new float[channels];
    int[] codes = new int[channels];
    for (int channel = 0; channel < channels; channel++) {
      float value = bias.floatAt(channel);
      scales[channel] = Math.max(Float.MIN_NORMAL, Math.ulp(value));
      codes[channel] = Math.round(value / scales[channel]);
    }
    dequantize(editor, node, index, codes, Tensor.ofFloats(scales, channels));
  }

  /** Where the node reads its bias, or -1. */
  static int biasInput(Node node, WeightPlacement weight) {
    return node.is("Conv", "Gemm", "ConvTranspose") && weight.input() == 1 && node.hasInput(2)
        ? 2
        : -1;
  }
}
