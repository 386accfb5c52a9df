package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/** Convolutions, forward and backward, and matrix products. */
final class ConvolutionRules {
  private ConvolutionRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    rules.put("Convolution", layer -> convolution(layer, false));
    rules.put("GroupConvolution", layer -> convolution(layer, true));
    rules.put("ConvolutionBackpropData", layer -> backward(layer, false));
    rules.put("GroupConvolutionBackpropData", layer -> backward(layer, true));
    rules.put("DeformableConvolution", ConvolutionRules::deformable);
    rules.put("MatMul", ConvolutionRules::matrixProduct);
    rules.put(
        "Einsum",
        layer ->
            layer.finish(
                "Einsum",
                Attributes.NONE.with("equation", layer.data.text("equation")),
                layer.inputs()));
  }

  /** Strides, dilations and padding in ONNX's words, for {@code spatial} axes. */
  static Attributes window(LayerContext layer, int spatial) {
    long[] ones = new long[spatial];
    Arrays.fill(ones, 1);
    Attributes attributes =
        Attributes.NONE
            .with("strides", sized(layer, "strides", ones))
            .with("dilations", sized(layer, "dilations", ones));
    return padding(layer, attributes, spatial);
  }

  static Attributes padding(LayerContext layer, Attributes attributes, int spatial) {
    String mode = layer.data.word("auto_pad", "explicit");
    return switch (mode) {
      case "same_upper", "same_lower" ->
          attributes.with("auto_pad", mode.toUpperCase(java.util.Locale.ROOT));
      case "valid" -> attributes.with("pads", new long[2 * spatial]);
      case "explicit", "notset", "" -> attributes.with("pads", pads(layer, spatial));
      default -> throw new InputException("its auto_pad is \"" + mode + "\", which is none");
    };
  }

  static long[] pads(LayerContext layer, int spatial) {
    long[] pads = new long[2 * spatial];
    long[] zeros = new long[spatial];
    System.arraycopy(sized(layer, "pads_begin", zeros), 0, pads, 0, spatial);
    System.arraycopy(sized(layer, "pads_end", zeros), 0, pads, spatial, spatial);
    return pads;
  }

  /** A list with one number for each spatial axis. */
  static long[] sized(LayerContext layer, String name, long[] absent) {
    long[] found = layer.data.integers(name, absent);
    if (found.length != absent.length) {
      throw new InputException(
          "its attribute "
              + name
              + " should have "
              + absent.length
              + " numbers, found "
              + found.length);
    }
    return found;
  }

  private static void convolution(LayerContext layer, boolean grouped) {
    String weights = layer.input(1);
    long group = 1;
    int spatial = layer.rank(1) - (grouped ? 3 : 2);
    requireSpatial(spatial);
    if (grouped) {
      long[] shape = layer.lengths(1);
      group = shape[0];
      long[] joined = Arrays.copyOfRange(shape, 1, shape.length);
      joined[0] = Math.multiplyExact(shape[0], shape[1]);
      weights = layer.weights(1, joined);
    }
    Attributes attributes = window(layer, spatial);
    if (attributes.has("auto_pad")) {
      attributes = DilatedPadding.explicit(layer, attributes, kernel(layer, spatial));
    }
    layer.finish("Conv", attributes.with("group", group), layer.input(0), weights);
  }

  /** Lengths of the window: the last axes of the weights. */
  private static long[] kernel(LayerContext layer, int spatial) {
    long[] shape = layer.lengths(1);
    return Arrays.copyOfRange(shape, shape.length - spatial, shape.length);
  }

  private static void requireSpatial(int spatial) {
    if (spatial < 1 || spatial > 3) {
      throw new InputException("its weights have " + spatial + " spatial axes");
    }
  }

  private static void backward(LayerContext layer, boolean grouped) {
    String weights = layer.input(1);
    long[] shape = layer.lengths(1);
    long group = 1;
    if (grouped) {
      group = shape[0];
      shape = Arrays.copyOfRange(shape, 1, shape.length);
      shape[0] = Math.multiplyExact(group, shape[0]);
      weights = layer.weights(1, shape);
    }
    int spatial = shape.length - 2;
    requireSpatial(spatial);
    Attributes attributes = window(layer, spatial).with("group", group);
    long[] extra = sized(layer, "output_padding", new long[spatial]);
    attributes = attributes.with("output_padding", extra);
    Tensor wanted = layer.hasInput(2) ? layer.constant(2) : null;
    if (wanted != null || attributes.has("auto_pad")) {
      attributes = explicit(layer, attributes, extra, shape, wanted);
    }
    layer.finish("ConvTranspose", attributes, layer.input(0), weights);
  }

  /** Padding that gives the wanted lengths: what is too much is cut, the odd one at the end. */
  private static Attributes explicit(
      LayerContext layer,
      Attributes attributes,
      long[] extra,
      long[] weights,
      @org.jspecify.annotations.Nullable Tensor wanted) {
    boolean lower = layer.data.word("auto_pad", "").equals("same_lower");
    int spatial = extra.length;
    if (wanted != null && wanted.size() != spatial) {
      throw new InputException("its input 2 should have " + spatial + " lengths, found " + wanted);
    }
    long[] ones = new long[spatial];
    Arrays.fill(ones, 1);
    long[] strides = sized(layer, "strides", ones);
    long[] dilations = sized(layer, "dilations", ones);
    Shape shape = layer.shape(0);
    long[] pads = new long[2 * spatial];
    for (int axis = 0; axis < spatial; axis++) {
      long length = shape.get(axis + 2).lengthOrMinusOne();
      if (length < 0) {
        throw new InexpressibleLayerException("its input has lengths that are not known");
      }
      long full =
          strides[axis] * (length - 1)
              + extra[axis]
              + (weights[axis + 2] - 1) * dilations[axis]
              + 1;
      long target = wanted == null ? strides[axis] * length : wanted.longAt(axis);
      long total = full - target;
      if (total < 0) {
        // More is wanted than there is: zeros at the end.
        extra[axis] -= total;
        total = 0;
      }
      long begin = lower ? total - total / 2 : total / 2;
      pads[axis] = begin;
      pads[axis + spatial] = total - begin;
    }
    return attributes.without("auto_pad").with("pads", pads).with("output_padding", extra);
  }

  private static void deformable(LayerContext layer) {
    boolean masked = layer.hasInput(3);
    int spatial = layer.rank(2) - 2;
    Attributes attributes =
        window(layer, spatial)
            .with("group", layer.data.integer("group", 1))
            .with("offset_group", layer.data.integer("deformable_group", 1));
    if (attributes.has("auto_pad")) {
      throw new InexpressibleLayerException("DeformConv of ONNX has no automatic padding");
    }
    if (layer.data.flag("bilinear_interpolation_pad", false)) {
      throw new InexpressibleLayerException("it interpolates over its padding");
    }
    if (masked) {
      layer.finish(
          "DeformConv",
          attributes,
          layer.input(0),
          layer.input(2),
          layer.input(1),
          "",
          layer.input(3));
    } else {
      layer.finish("DeformConv", attributes, layer.input(0), layer.input(2), layer.input(1));
    }
  }

  /** Gemm for two matrices, because it takes weights as they lie; else MatMul. */
  private static void matrixProduct(LayerContext layer) {
    boolean first = layer.data.flag("transpose_a", false);
    boolean second = layer.data.flag("transpose_b", false);
    Shape a = layer.type(0).shape();
    Shape b = layer.type(1).shape();
    boolean matrices = a != null && b != null && a.rank() == 2 && b.rank() == 2;
    if (matrices && (first || second) && layer.dataType(0).isFloatingPoint()) {
      layer.finish(
          "Gemm",
          Attributes.NONE.with("transA", first ? 1L : 0L).with("transB", second ? 1L : 0L),
          layer.input(0),
          layer.input(1));
      return;
    }
    layer.finish(
        "MatMul",
        Attributes.NONE,
        first ? swapped(layer, 0) : layer.input(0),
        second ? swapped(layer, 1) : layer.input(1));
  }

  private static String swapped(LayerContext layer, int index) {
    int rank = layer.rank(index);
    if (rank < 2) {
      // Transposing a vector changes nothing.
      return layer.input(index);
    }
    long[] order = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      order[axis] = axis;
    }
    order[rank - 1] = rank - 2;
    order[rank - 2] = rank - 1;
    return layer.emit("Transpose", Attributes.NONE.with("perm", order), layer.input(index));
  }
}
