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
    String output = editor.freshName(node.input(index) + ".dequantized");
    long[] scaleShape = perChannel ? new long[] {channels} : new long[0];
    List<String> inputs =
        List.of(
            editor.addConstant(output + ".codes", Tensor.ofInts(codes, channels)),
            editor.addConstant(output + ".scale", Tensor.ofFloats(scales, scaleShape)),
            editor.addConstant(
                output + ".zero_point",
                Tensor.ofDoubles(DataType.INT32, new double[scales.length], scaleShape)));
    editor.add(
        Node.onnx(
            editor.freshName(output),
            "DequantizeLinear",
            perChannel ? Attributes.NONE.with("axis", 0L) : Attributes.NONE,
            inputs,
            List.of(output)));
    editor.redirect(node.name(), index, output);
  }

  /** Where the node reads its bias, or -1. */
  static int biasInput(Node node, WeightPlacement weight) {
    return node.is("Conv", "Gemm", "ConvTranspose") && weight.input() == 1 && node.hasInput(2)
        ? 2
        : -1;
  }
}
