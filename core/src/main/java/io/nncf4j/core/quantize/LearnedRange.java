package io.nncf4j.core.quantize;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the range of a {@link FakeQuantize} node is learned while a model is trained; in the graph,
 * attributes of that node.
 *
 * <ul>
 *   <li><b>symmetric</b>: the range is {@code [h · lowest / highest, h]} with {@code h =
 *       |input_high|}; {@code input_high} alone is trained, and {@code input_low} is not read.
 *   <li><b>asymmetric</b>: both ends are trained; the range used is the one {@link #tuned} so that
 *       zero is a level.
 * </ul>
 *
 * The output range is the input range. Formulas of NNCF 2.9, with the upper end in the place of the
 * width.
 *
 * @param symmetric whether the range mirrors around zero, or starts there when {@code lowestCode}
 *     is 0
 * @param lowestCode code of the lowest level
 * @param highestCode code of the highest level, above 0
 * @param gradient how the range's gradient is defined
 * @param gradientFactor multiplies the range's gradient, so that ranges learn faster or slower than
 *     weights
 */
public record LearnedRange(
    boolean symmetric,
    long lowestCode,
    long highestCode,
    RangeGradient gradient,
    double gradientFactor) {
  /** Added to the width of a range, so that it is never zero. */
  public static final double SMALLEST = 1e-16;

  private static final String ATTRIBUTE = "learned";
  private static final String GRADIENT = "gradient";
  private static final String FACTOR = "gradient_factor";

  public LearnedRange {
    if (lowestCode > 0 || highestCode <= 0 || highestCode - lowestCode > 0xFFFF) {
      throw new InputException(
          "A learned range has at most 65536 codes, from at most 0 to above 0; found "
              + lowestCode
              + " to "
              + highestCode);
    }
    if (!(gradientFactor >= 0) || Double.isInfinite(gradientFactor)) {
      throw new InputException(
          "The gradients of ranges are multiplied by a number from 0; found " + gradientFactor);
    }
  }

  /** A range whose gradient is taken as it is. */
  public LearnedRange(
      boolean symmetric, long lowestCode, long highestCode, RangeGradient gradient) {
    this(symmetric, lowestCode, highestCode, gradient, 1);
  }

  public LearnedRange withGradientFactor(double newGradientFactor) {
    return new LearnedRange(symmetric, lowestCode, highestCode, gradient, newGradientFactor);
  }

  /** What a node says about itself, or null when its range is not learned. */
  public static @Nullable LearnedRange of(Node node) {
    if (!FakeQuantize.is(node) || !node.attributes().has(ATTRIBUTE)) {
      return null;
    }
    long lowest = node.intAttribute("lowest_code", 0);
    return new LearnedRange(
        node.stringAttribute(ATTRIBUTE, "").equals("symmetric"),
        lowest,
        lowest + node.intAttribute("levels", 256) - 1,
        RangeGradient.valueOf(
            node.stringAttribute(GRADIENT, RangeGradient.STEP.name()).toUpperCase(Locale.ROOT)),
        node.floatAttribute(FACTOR, 1));
  }

  public int levels() {
    return (int) (highestCode - lowestCode + 1);
  }

  /** The inputs of the node that are trained. */
  public List<Integer> trainedInputs() {
    return symmetric ? List.of(2) : List.of(1, 2);
  }

  /**
   * Adds the node that quantizes {@code x} and defines {@code output}.
   *
   * @param name wish for the node's name; ranges are named after it
   * @param start the range to start from, and the channel axis
   * @param rank rank of x
   */
  public Node addTo(
      GraphEditor editor, String name, String x, String output, FakeQuantize start, int rank) {
    Node node = start.addTo(editor, name, x, output, rank);
    Attributes attributes =
        node.attributes()
            .with(ATTRIBUTE, symmetric ? "symmetric" : "asymmetric")
            .with("lowest_code", lowestCode)
            .with(GRADIENT, gradient.name().toLowerCase(Locale.ROOT))
            .with(FACTOR, (float) gradientFactor);
    // The output range is the input range: the same values, so that training cannot part them.
    Node learned =
        node.withAttributes(attributes)
            .withInputs(List.of(x, node.input(1), node.input(2), node.input(1), node.input(2)));
    editor.replace(learned);
    editor.removeConstant(node.input(3));
    editor.removeConstant(node.input(4));
    return learned;
  }

  /** The range that the node works with when its parameters have these values. */
  public float[] used(float low, float high) {
    if (symmetric) {
      float top = (float) (Math.abs(high) + SMALLEST);
      return new float[] {top * lowestCode / highestCode, top};
    }
    return tuned(low, high);
  }

  /**
   * The smallest wider range, on one side, of which zero is a level.
   *
   * <pre>
   * low = min(low, 0)     high = max(high, 0)     n = levels − 1     z = round(−low · n / (high − low))
   * low' = z / (z − n) · high     high' = (z − n) / z · low     the wider of (low', high), (low, high')
   * </pre>
   */
  public float[] tuned(float low, float high) {
    float width = (float) (Math.abs(high - low) + SMALLEST);
    float bottom = Math.min(low, 0f);
    float top = Math.max(low + width, 0f);
    float steps = levels() - 1;
    float zero = (float) Math.rint(-bottom * steps / (top - bottom));
    float newBottom = zero < steps ? zero / (zero - steps) * top : bottom;
    float newTop = zero > 0 ? (zero - steps) / zero * bottom : top;
    return top - newBottom > newTop - bottom
        ? new float[] {newBottom + 0f, top}
        : new float[] {bottom + 0f, newTop};
  }

  /** Distance of two levels when the node's parameters have these values. */
  float step(float low, float high) {
    return step(used(low, high));
  }

  private float step(float[] used) {
    return symmetric ? used[1] / highestCode : (used[1] - used[0]) / (levels() - 1);
  }

  /**
   * The grid of the range, one scale for the tensor or one for each channel.
   *
   * @param low values of {@code input_low}, a scalar or a vector
   * @param high values of {@code input_high}, like {@code low}
   * @param type type of the codes
   * @param firstCode the code of that type that stands for the lowest level
   */
  public IntegerGrid grid(Tensor low, Tensor high, DataType type, long firstCode) {
    int channels = high.size();
    float[] scales = new float[channels];
    double[] zeroPoints = new double[channels];
    for (int channel = 0; channel < channels; channel++) {
      float[] range = used(low.floatAt(channel), high.floatAt(channel));
      scales[channel] = step(range);
      zeroPoints[channel] =
          firstCode + (symmetric ? -lowestCode : Math.rint(-range[0] / (double) scales[channel]));
    }
    return new IntegerGrid(
        Tensor.ofFloats(scales, high.shape()),
        Tensor.ofDoubles(type, zeroPoints, high.shape()),
        firstCode,
        firstCode + levels() - 1);
  }
}
