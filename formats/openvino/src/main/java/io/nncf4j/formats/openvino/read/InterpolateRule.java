package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Interpolate of the operator sets 1, 4 and 11 as Resize. */
final class InterpolateRule {
  private InterpolateRule() {}

  static void translate(LayerContext layer) {
    String mode = layer.data.word("mode", "nearest");
    String input = padded(layer);
    int rank = layer.rank(0);
    long[] axes;
    String sizes = "";
    String scales = "";
    Attributes attributes = Attributes.NONE;
    if (layer.layer().opsetNumber() == 1) {
      axes = layer.data.integers("axes");
      sizes = ShapeRules.int64(layer, 1);
      attributes =
          attributes.with(
              "coordinate_transformation_mode",
              layer.data.flag("align_corners", true) && !mode.equals("nearest")
                  ? "align_corners"
                  : "asymmetric");
      attributes = mode.equals("nearest") ? attributes.with("nearest_mode", "floor") : attributes;
    } else {
      boolean joined = layer.layer().opsetNumber() >= 11;
      int axesInput = joined ? 2 : 3;
      axes =
          layer.hasInput(axesInput)
              ? layer.constant(axesInput).toLongs()
              : java.util.stream.LongStream.range(0, rank).toArray();
      if (layer.data.word("shape_calculation_mode", "sizes").equals("sizes")) {
        sizes = ShapeRules.int64(layer, 1);
      } else {
        scales = scales(layer, joined ? 1 : 2);
      }
      attributes =
          attributes
              .with("coordinate_transformation_mode", coordinates(layer))
              .with("nearest_mode", NearestMode.of(layer, mode, axes, sizes, scales));
    }
    if (layer.data.flag("antialias", false)) {
      attributes = attributes.with("antialias", 1L);
    }
    for (int index = 0; index < axes.length; index++) {
      axes[index] = LayerContext.axis(axes[index], rank);
    }
    boolean all = Arrays.equals(axes, java.util.stream.LongStream.range(0, rank).toArray());
    attributes = all ? attributes : attributes.with("axes", axes);
    List<String> read = new ArrayList<>(List.of(input, "", scales));
    if (!sizes.isEmpty()) {
      read.add(sizes);
    }
    layer.finish("Resize", mode(layer, mode, attributes), read);
  }

  private static String scales(LayerContext layer, int index) {
    Tensor known = layer.constantOrNull(index);
    if (known != null) {
      return layer.constant(Tensor.ofDoubles(DataType.FLOAT32, known.toDoubles(), known.size()));
    }
    return layer.dataType(index) == DataType.FLOAT32
        ? layer.input(index)
        : ShapeRules.cast(layer, layer.input(index), DataType.FLOAT32);
  }

  private static String coordinates(LayerContext layer) {
    String mode = layer.data.word("coordinate_transformation_mode", "half_pixel");
    return switch (mode) {
      case "half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners" -> mode;
      default -> throw new InexpressibleLayerException("it places pixels by " + mode);
    };
  }

  private static Attributes mode(LayerContext layer, String mode, Attributes attributes) {
    return switch (mode) {
      case "nearest" -> attributes.with("mode", "nearest");
      case "linear", "linear_onnx" -> attributes.with("mode", "linear").without("nearest_mode");
      case "cubic" ->
          attributes
              .with("mode", "cubic")
              .with("cubic_coeff_a", layer.data.number("cube_coeff", -0.75f))
              .without("nearest_mode");
      default -> throw new InexpressibleLayerException("its mode is " + mode);
    };
  }

  private static String padded(LayerContext layer) {
    int rank = layer.rank(0);
    long[] begin = layer.data.integers("pads_begin", new long[0]);
    long[] end = layer.data.integers("pads_end", new long[0]);
    boolean none =
        Arrays.stream(begin).allMatch(pad -> pad == 0)
            && Arrays.stream(end).allMatch(pad -> pad == 0);
    if (none) {
      return layer.input(0);
    }
    long[] pads = new long[2 * rank];
    System.arraycopy(begin, 0, pads, 0, Math.min(rank, begin.length));
    System.arraycopy(end, 0, pads, rank, Math.min(rank, end.length));
    return layer.emit("Pad", layer.input(0), layer.ints(pads));
  }
}
