package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Resize as Interpolate of operator set 11. */
final class ResizeNode {
  private ResizeNode() {}

  static void encode(NodeContext context) {
    Node node = context.node();
    String mode = node.stringAttribute("mode", "nearest");
    String coordinates = node.stringAttribute("coordinate_transformation_mode", "half_pixel");
    if (coordinates.equals("tf_crop_and_resize") || coordinates.equals("half_pixel_symmetric")) {
      throw new InexpressibleNodeException("it places pixels by " + coordinates);
    }
    if (!node.stringAttribute("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
      throw new InexpressibleNodeException("it keeps the ratio of the lengths");
    }
    if (mode.equals("cubic") && node.intAttribute("exclude_outside", 0) != 0) {
      throw new InexpressibleNodeException("it leaves out what lies outside");
    }
    boolean smooth = node.intAttribute("antialias", 0) != 0;
    if (mode.equals("cubic") && smooth) {
      throw new InexpressibleNodeException("OpenVINO has cubic interpolation without antialias");
    }
    int rank = context.rank(0);
    long[] axes = node.intsAttribute("axes", LongStream.range(0, rank).toArray());
    axes = NodeContext.normalized(axes, rank);
    boolean sized = node.hasInput(3);
    Tensor target = sized ? context.constantOrNull(3) : context.constantOrNull(2);
    Map<String, String> data = new HashMap<>();
    data.put("mode", mode(mode, rank, axes.length, smooth));
    data.put("shape_calculation_mode", sized ? "sizes" : "scales");
    data.put("coordinate_transformation_mode", coordinates);
    data.put("nearest_mode", node.stringAttribute("nearest_mode", "round_prefer_floor"));
    data.put("antialias", NodeContext.flag(smooth));
    data.put("cube_coeff", ArithmeticNodes.number(node.floatAttribute("cubic_coeff_a", -0.75f)));
    List<Out> read = new ArrayList<>(List.of(context.input(0)));
    if (target != null) {
      // Only the axes that change: runtimes have their fast ways for the spatial ones.
      int[] changed = changed(context, axes, target, sized);
      long[] all = axes;
      read.add(context.constant(picked(target, changed)));
      read.add(context.ints(IntStream.of(changed).mapToLong(index -> all[index]).toArray()));
    } else {
      read.add(context.input(sized ? 3 : 2));
      read.add(context.ints(axes));
    }
    context.finish("Interpolate", 11, data, read);
  }

  /** The mode "linear_onnx" is the usual one, but only "linear" knows antialias. */
  private static String mode(String mode, int rank, int axes, boolean smooth) {
    if (mode.equals("linear")) {
      return !smooth && (rank == 4 || axes == 2) ? "linear_onnx" : "linear";
    }
    if (mode.equals("nearest") || mode.equals("cubic")) {
      return mode;
    }
    throw new InexpressibleNodeException("its mode is " + mode);
  }

  private static int[] changed(NodeContext context, long[] axes, Tensor target, boolean sized) {
    int[] changed =
        IntStream.range(0, axes.length)
            .filter(
                index ->
                    sized
                        ? context.shape(0).get((int) axes[index]).lengthOrMinusOne()
                            != target.longAt(index)
                        : target.doubleAt(index) != 1)
            .toArray();
    return changed.length == 0 ? IntStream.range(0, axes.length).toArray() : changed;
  }

  private static Tensor picked(Tensor tensor, int[] places) {
    double[] values = IntStream.of(places).mapToDouble(tensor::doubleAt).toArray();
    return Tensor.ofDoubles(tensor.dataType(), values, values.length);
  }
}
