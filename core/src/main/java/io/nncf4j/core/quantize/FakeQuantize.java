package io.nncf4j.core.quantize;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.ElementCodec;
import io.nncf4j.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A uniform quantizer that is still being decided or trained, as a value; in a graph it is the node
 * {@link #OPERATOR}.
 *
 * <p>The node reads {@code (x, input_low, input_high, output_low, output_high)} and has the
 * attribute {@code levels}, with OpenVINO's semantics:
 *
 * <pre>
 *   x <= min(il, ih)  ->  ol
 *   x >  max(il, ih)  ->  oh
 *   else                  round((x - il) / (ih - il) * (levels - 1)) / (levels - 1) * (oh - ol) + ol
 * </pre>
 *
 * with ties rounded to even. Ranges are scalars or have one element for each channel of {@code
 * axis}; in the graph they are shaped to broadcast over x.
 *
 * <p>Once scale, zero point and integer type are known, the node keeps them in the attributes
 * {@code scale}, {@code zero_point} (whose type is the target type), {@code lowest_code} and {@code
 * axis}; then the grid is what counts, so that the node, its lowered form and a saved file agree to
 * the bit, and the ranges are the reals of the lowest and highest code.
 *
 * @param levels number of levels, at least 2
 * @param axis channel axis of x, may be negative; without meaning when the ranges are scalars
 * @param inputLow a scalar or one element for each channel
 * @param inputHigh like {@code inputLow}
 * @param outputLow like {@code inputLow}
 * @param outputHigh like {@code inputLow}
 * @param grid the integer grid once it is known
 */
public record FakeQuantize(
    int levels,
    int axis,
    Tensor inputLow,
    Tensor inputHigh,
    Tensor outputLow,
    Tensor outputHigh,
    @Nullable IntegerGrid grid) {
  public static final OperatorType OPERATOR =
      new OperatorType(OperatorType.NNCF_DOMAIN, "FakeQuantize");

  /** Version of the domain that models with this operator name. */
  public static final int DOMAIN_VERSION = 1;

  public FakeQuantize {
    if (levels < 2) {
      throw new InputException("FakeQuantize needs at least 2 levels; found " + levels);
    }
    for (Tensor bound : List.of(inputLow, inputHigh, outputLow, outputHigh)) {
      if (bound.rank() > 1 || bound.size() != inputLow.size()) {
        throw new InputException(
            "The ranges of FakeQuantize must all be scalars or have one element for each channel;"
                + " found "
                + inputLow
                + " and "
                + bound);
      }
    }
    if (grid != null && (grid.channels() != inputLow.size() || grid.levels() != levels)) {
      throw new InputException(
          "The grid of FakeQuantize has "
              + grid.channels()
              + " channels and "
              + grid.levels()
              + " levels, its ranges "
              + inputLow.size()
              + " and "
              + levels);
    }
  }

  /** A quantizer whose outputs have the range of its inputs, and no grid yet. */
  public static FakeQuantize ofRange(int levels, int axis, Tensor low, Tensor high) {
    return new FakeQuantize(levels, axis, low, high, low, high, null);
  }

  /** A quantizer whose grid is known; the ranges follow from it. */
  public static FakeQuantize ofGrid(IntegerGrid grid, int axis) {
    Tensor low = reals(grid, grid.lowestCode());
    Tensor high = reals(grid, grid.highestCode());
    return new FakeQuantize(grid.levels(), axis, low, high, low, high, grid);
  }

  private static Tensor reals(IntegerGrid grid, long code) {
    double[] values = new double[grid.channels()];
    for (int channel = 0; channel < values.length; channel++) {
      values[channel] = grid.real(code, channel);
    }
    return Tensor.ofDoubles(grid.scale().dataType(), values, grid.scale().shape());
  }

  public boolean isPerChannel() {
    return inputLow.rank() == 1;
  }

  /** True when the node gives back values of the range it takes in. */
  public boolean keepsRange() {
    return inputLow.equals(outputLow) && inputHigh.equals(outputHigh);
  }

  /** True for nodes of this operator. */
  public static boolean is(Node node) {
    return node.operator().equals(OPERATOR);
  }

  /**
   * Reads the quantizer back from its node.
   *
   * @param constant the tensor behind a value, null when it is none
   * @param rank rank of x, or -1 when it is not known; then the axis counts from the end unless the
   *     node names it
   * @throws InputException when the ranges are no constants, or vary over more than one axis
   */
  public static FakeQuantize read(
      Node node, Function<String, @Nullable Tensor> constant, int rank) {
    Tensor[] ranges = new Tensor[4];
    int axis = 0;
    for (int index = 0; index < 4; index++) {
      Tensor range = constant.apply(node.input(index + 1));
      if (range == null) {
        throw new InputException(
            describe(node) + ": range \"" + node.input(index + 1) + "\" is not a constant");
      }
      int varying = varyingAxis(node, range);
      if (varying < 0) {
        axis = varying;
      }
      ranges[index] = range;
    }
    boolean perChannel = axis < 0;
    int channels = perChannel ? Math.toIntExact(Math.max(1, largest(ranges))) : 1;
    for (int index = 0; index < 4; index++) {
      ranges[index] = spread(node, ranges[index], channels, perChannel);
    }
    int fromStart = axis < 0 && rank >= 0 ? axis + rank : axis;
    IntegerGrid grid = readGrid(node);
    if (grid != null && grid.isPerChannel() && !perChannel) {
      for (int index = 0; index < 4; index++) {
        ranges[index] = spread(node, ranges[index], grid.channels(), true);
      }
    }
    LearnedRange learned = LearnedRange.of(node);
    if (learned != null) {
      use(learned, ranges);
    }
    return new FakeQuantize(
        Math.toIntExact(node.intAttribute("levels", 256)),
        Math.toIntExact(node.intAttribute("axis", fromStart)),
        ranges[0],
        ranges[1],
        ranges[2],
        ranges[3],
        grid);
  }

  /** Puts the range that is used in the place of the parameters that it is learned by. */
  private static void use(LearnedRange learned, Tensor[] ranges) {
    float[] low = ranges[0].toFloats();
    float[] high = ranges[1].toFloats();
    for (int channel = 0; channel < low.length; channel++) {
      float[] used = learned.used(low[channel], high[channel]);
      low[channel] = used[0];
      high[channel] = used[1];
    }
    long[] shape = ranges[0].shape();
    ranges[0] = Tensor.ofFloats(low, shape);
    ranges[1] = Tensor.ofFloats(high, shape);
    ranges[2] = ranges[0];
    ranges[3] = ranges[1];
  }

  private static @Nullable IntegerGrid readGrid(Node node) {
    Tensor scale = node.tensorAttribute("scale");
    Tensor zeroPoint = node.tensorAttribute("zero_point");
    if (scale == null || zeroPoint == null) {
      return null;
    }
    long lowest = node.intAttribute("lowest_code", IntegerGrid.lowestCode(zeroPoint.dataType()));
    return new IntegerGrid(scale, zeroPoint, lowest, lowest + node.intAttribute("levels", 256) - 1);
  }

  /** The one axis on which a range varies, counted from the end (so negative); 0 when none. */
  private static int varyingAxis(Node node, Tensor range) {
    int found = 0;
    for (int axis = 0; axis < range.rank(); axis++) {
      if (range.dimension(axis) != 1) {
        if (found != 0) {
          throw new InputException(
              describe(node) + ": ranges may vary over one axis only; found the shape of " + range);
        }
        found = axis - range.rank();
      }
    }
    return found;
  }

  private static long largest(Tensor[] ranges) {
    long size = 1;
    for (Tensor range : ranges) {
      size = Math.max(size, range.size());
    }
    return size;
  }

  private static Tensor spread(Node node, Tensor range, int channels, boolean perChannel) {
    if (!perChannel) {
      return range.reshape();
    }
    if (range.size() == channels) {
      return range.reshape(channels);
    }
    if (range.size() != 1) {
      throw new InputException(
          describe(node) + ": its ranges have " + range.size() + " and " + channels + " channels");
    }
    double[] values = new double[channels];
    java.util.Arrays.fill(values, range.doubleAt(0));
    return Tensor.ofDoubles(range.dataType(), values, channels);
  }

  private static String describe(Node node) {
    return "Node \"" + node.name() + "\" (" + node.operator() + ")";
  }

  /**
   * Adds the node that quantizes {@code x} and defines {@code output}, with its ranges as
   * constants.
   *
   * @param name wish for the node's name; ranges are named after it
   * @param rank rank of x, to shape the ranges; only read when the quantizer is per channel
   */
  public Node addTo(GraphEditor editor, String name, String x, String output, int rank) {
    String nodeName = editor.freshName(name);
    List<String> inputs =
        List.of(
            x,
            editor.addConstant(nodeName + ".input_low", shaped(inputLow, rank)),
            editor.addConstant(nodeName + ".input_high", shaped(inputHigh, rank)),
            editor.addConstant(nodeName + ".output_low", shaped(outputLow, rank)),
            editor.addConstant(nodeName + ".output_high", shaped(outputHigh, rank)));
    Node node = new Node(nodeName, OPERATOR, attributes(), inputs, List.of(output));
    editor.add(node);
    return node;
  }

  /** The attributes of the node. */
  public Attributes attributes() {
    Attributes attributes = Attributes.NONE.with("levels", (long) levels);
    if (isPerChannel()) {
      attributes = attributes.with("axis", (long) axis);
    }
    if (grid != null) {
      attributes =
          attributes
              .with("scale", io.nncf4j.core.graph.Attribute.of(grid.scale()))
              .with("zero_point", io.nncf4j.core.graph.Attribute.of(grid.zeroPoint()))
              .with("lowest_code", grid.lowestCode());
    }
    return attributes;
  }

  private Tensor shaped(Tensor range, int rank) {
    if (!isPerChannel()) {
      return range;
    }
    int at = axis < 0 ? axis + rank : axis;
    if (at < 0 || at >= rank) {
      throw new InputException(
          "A quantizer on axis " + axis + " cannot stand on a tensor of rank " + rank);
    }
    long[] shape = new long[rank];
    java.util.Arrays.fill(shape, 1);
    shape[at] = range.size();
    return range.reshape(shape);
  }

  /**
   * The grid, or the one of {@code type} that follows from the input range: scale {@code (ih - il)
   * / (levels - 1)}, zero point the code nearest to zero.
   *
   * @throws InputException when {@code type} is too small for the levels, or when zero is not a
   *     level (its distance to the nearest one is more than a hundredth of a step), so that a zero
   *     point cannot express the range
   */
  public IntegerGrid gridOr(DataType type) {
    return grid != null ? grid : GridFromRange.of(levels, inputLow, inputHigh, type);
  }

  /** The grid of the output range; the same as {@link #gridOr} when the range is kept. */
  public IntegerGrid outputGridOr(DataType type) {
    return keepsRange() ? gridOr(type) : GridFromRange.of(levels, outputLow, outputHigh, type);
  }

  /** What the node computes, in float32: through the grid when it is known, else by the ranges. */
  public Tensor apply(Tensor x) {
    if (grid != null && keepsRange()) {
      return grid.dequantize(grid.quantize(x, axis), axis);
    }
    ChannelWalk walk = ChannelWalk.of(x, axis, inputLow.size());
    DataType type = x.dataType();
    ByteBuffer results = Tensor.allocate(type, x.size());
    for (int index = 0; index < x.size(); index++) {
      ElementCodec.write(type, results, index, apply(x.floatAt(index), walk.channel(index)));
    }
    return Tensor.of(type, x.shape(), results);
  }

  private float apply(float x, int channel) {
    float low = inputLow.floatAt(channel);
    float high = inputHigh.floatAt(channel);
    float outLow = outputLow.floatAt(channel);
    float outHigh = outputHigh.floatAt(channel);
    if (x <= Math.min(low, high)) {
      return outLow;
    }
    if (x > Math.max(low, high)) {
      return outHigh;
    }
    float steps = levels - 1;
    return (float) Math.rint((x - low) / (high - low) * steps) / steps * (outHigh - outLow)
        + outLow;
  }
}
