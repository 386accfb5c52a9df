package io.nncf4j.core.quantize;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bias that integer kernels add in the place of the float one, while input and weight are still
 * being trained. They hold it as a whole number of products of a step of the input with a step of
 * the weight, so it moves by up to half of that, which is enough to move one in a thousand sums to
 * the next level of the quantizer behind it.
 *
 * <pre>
 * f[c] = gamma[c] / sqrt(variance[c] + epsilon)          1 without batch-norm
 * step[c] = input step · weight step[c] · |f[c]|
 * sum[c] = bias[c] + (inner[c] − mean[c]) · f[c]         the bias once batch-norm is folded
 * y[c] = bias[c] + round(sum[c] / step[c]) · step[c] − sum[c]
 * </pre>
 *
 * <p>In the graph a node between the bias and its layer; in training it passes the bias on as it
 * is, since batch-norm then works with other statistics.
 *
 * @param input range of the layer's input, one for the tensor
 * @param weight range of the layer's weight
 * @param epsilon of the batch-norm that follows the layer
 */
public record RoundedBias(LearnedRange input, LearnedRange weight, double epsilon) {
  public static final OperatorType OPERATOR =
      new OperatorType(OperatorType.NNCF_DOMAIN, "RoundBias");

  /** Inputs of the node; those from {@code GAMMA} are absent where no batch-norm follows. */
  public static final int BIAS = 0;

  public static final int INPUT_LOW = 1;
  public static final int INPUT_HIGH = 2;
  public static final int WEIGHT_LOW = 3;
  public static final int WEIGHT_HIGH = 4;
  public static final int GAMMA = 5;
  public static final int MEAN = 6;
  public static final int VARIANCE = 7;

  /** Bias of the layer itself before batch-norm, may be absent. */
  public static final int INNER_BIAS = 8;

  private static final String EPSILON = "epsilon";

  /** True for nodes of this operator. */
  public static boolean is(Node node) {
    return node.operator().equals(OPERATOR);
  }

  /** What a node says about itself. */
  public static RoundedBias of(Node node) {
    return new RoundedBias(
        range(node, "input"), range(node, "weight"), node.floatAttribute(EPSILON, 0));
  }

  private static LearnedRange range(Node node, String of) {
    long lowest = node.intAttribute(of + "_lowest_code", 0);
    return new LearnedRange(
        node.intAttribute(of + "_symmetric", 0) != 0,
        lowest,
        lowest + node.intAttribute(of + "_levels", 256) - 1,
        RangeGradient.STEP);
  }

  /**
   * The node.
   *
   * @param quantizedInput the FakeQuantize node of the layer's input
   * @param quantizedWeight that of its weight
   * @param batchNormalization gamma, mean, variance, or empty
   * @param innerBias bias of the layer before batch-norm, or empty
   */
  public Node node(
      String name,
      String bias,
      String output,
      Node quantizedInput,
      Node quantizedWeight,
      List<String> batchNormalization,
      String innerBias) {
    List<String> inputs = new ArrayList<>(List.of(bias));
    inputs.addAll(List.of(quantizedInput.input(1), quantizedInput.input(2)));
    inputs.addAll(List.of(quantizedWeight.input(1), quantizedWeight.input(2)));
    inputs.addAll(batchNormalization);
    if (!innerBias.isEmpty()) {
      inputs.add(innerBias);
    }
    Attributes attributes =
        attributes(attributes(Attributes.NONE, "input", input), "weight", weight);
    return new Node(
        name, OPERATOR, attributes.with(EPSILON, (float) epsilon), inputs, List.of(output));
  }

  private static Attributes attributes(Attributes attributes, String of, LearnedRange range) {
    return attributes
        .with(of + "_symmetric", range.symmetric() ? 1L : 0L)
        .with(of + "_lowest_code", range.lowestCode())
        .with(of + "_levels", (long) range.levels());
  }

  /** Values of a batch-norm that follows the layer, one for each channel. */
  public record Normalization(
      float[] gamma, float[] mean, float[] variance, float @Nullable [] innerBias) {}

  /**
   * The bias that will be added.
   *
   * @param inputRange both parameters of the input's range
   * @param weightLow parameters of the weight's range, one or one for each channel
   */
  public float[] round(
      float[] bias,
      float[] inputRange,
      float[] weightLow,
      float[] weightHigh,
      @Nullable Normalization normalization) {
    double inputStep = input.step(inputRange[0], inputRange[1]);
    float[] rounded = new float[bias.length];
    for (int channel = 0; channel < bias.length; channel++) {
      int at = weightHigh.length == 1 ? 0 : channel;
      double step = inputStep * weight.step(weightLow[at], weightHigh[at]);
      double sum = bias[channel];
      if (normalization != null) {
        double factor =
            normalization.gamma[channel] / Math.sqrt(normalization.variance[channel] + epsilon);
        double inner = normalization.innerBias == null ? 0 : normalization.innerBias[channel];
        sum += (inner - normalization.mean[channel]) * factor;
        step *= Math.abs(factor);
      }
      // Without a step there are no products: the export widens the weight's step for such a bias.
      rounded[channel] =
          step > 0 ? (float) (bias[channel] + (Math.rint(sum / step) * step - sum)) : bias[channel];
    }
    return rounded;
  }
}
