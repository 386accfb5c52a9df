package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import io.nncf4j.core.tensor.DataType;
import org.bytedeco.pytorch.Tensor;

/**
 * Where an output element of Resize comes from along one axis, and with which weights.
 *
 * @param mode {@code nearest}, {@code linear} or {@code cubic}
 * @param coordinates coordinate transformation of ONNX
 * @param rounding rounding of {@code nearest}
 * @param cubicA coefficient of the cubic kernel ("Cubic Convolution Interpolation", Keys 1981)
 * @param excludesOutside whether taps beyond the edge weigh nothing, instead of repeating the edge
 * @param antialias whether the kernel is stretched when the image shrinks
 */
record InterpolationRule(
    String mode,
    String coordinates,
    String rounding,
    double cubicA,
    boolean excludesOutside,
    boolean antialias) {
  /** Forms for which libtorch has a kernel. */
  enum Kernel {
    NEAREST_FLOOR,
    LINEAR_HALF_PIXEL,
    LINEAR_ALIGNED,
    OTHER
  }

  /**
   * One axis resolved: for each tap the index of every output element, and its weight (no weights
   * for nearest); which output elements lie outside of the image.
   */
  record Taps(long[][] indices, float[][] weights, boolean[] outside) {
    boolean isAnyOutside() {
      for (boolean one : outside) {
        if (one) {
          return true;
        }
      }
      return false;
    }

    Tensor outsideMask() {
      byte[] bytes = new byte[outside.length];
      for (int index = 0; index < bytes.length; index++) {
        bytes[index] = (byte) (outside[index] ? 1 : 0);
      }
      return TensorExchange.copyToTorch(
          io.nncf4j.core.tensor.Tensor.ofBytes(DataType.BOOL, bytes, bytes.length));
    }
  }

  static InterpolationRule of(Node node) {
    return new InterpolationRule(
        node.stringAttribute("mode", "nearest"),
        node.stringAttribute("coordinate_transformation_mode", "half_pixel"),
        node.stringAttribute("nearest_mode", "round_prefer_floor"),
        node.floatAttribute("cubic_coeff_a", -0.75f),
        node.intAttribute("exclude_outside", 0) != 0,
        node.intAttribute("antialias", 0) != 0);
  }

  static InterpolationRule plain(String mode, String coordinates, String rounding) {
    return new InterpolationRule(
        mode.equals("bilinear") ? "linear" : mode, coordinates, rounding, -0.75, false, false);
  }

  boolean crops() {
    return coordinates.equals("tf_crop_and_resize");
  }

  Kernel kernel() {
    if (mode.equals("nearest")) {
      // With whole factors the neighbours that these forms choose are the same.
      boolean floors =
          coordinates.equals("asymmetric") && rounding.equals("floor")
              || coordinates.equals("half_pixel") && rounding.startsWith("round");
      return floors ? Kernel.NEAREST_FLOOR : Kernel.OTHER;
    }
    if (!mode.equals("linear") || antialias || excludesOutside) {
      return Kernel.OTHER;
    }
    return switch (coordinates) {
      case "half_pixel" -> Kernel.LINEAR_HALF_PIXEL;
      case "align_corners" -> Kernel.LINEAR_ALIGNED;
      default -> Kernel.OTHER;
    };
  }

  /** Resolves an axis of {@code size} elements that becomes one of {@code target}. */
  Taps taps(long size, long target, double scale, double start, double end) {
    int count = (int) target;
    boolean[] outside = new boolean[count];
    double stretch = antialias && scale < 1 ? 1 / scale : 1;
    int reach =
        switch (mode) {
          case "nearest" -> 0;
          case "linear" -> (int) Math.ceil(stretch);
          case "cubic" -> (int) Math.ceil(2 * stretch);
          default -> throw new UnsupportedNode("resizing of mode \"" + mode + "\"");
        };
    int tapCount = Math.max(1, 2 * reach);
    long[][] indices = new long[tapCount][count];
    float[][] weights = mode.equals("nearest") ? new float[0][] : new float[tapCount][count];
    for (int position = 0; position < count; position++) {
      double source = source(position, size, target, scale, start, end);
      outside[position] = crops() && (source < 0 || source > size - 1);
      if (mode.equals("nearest")) {
        indices[0][position] = clamp(nearest(source), size);
      } else {
        fill(indices, weights, position, source, size, stretch, reach);
      }
    }
    return new Taps(indices, weights, outside);
  }

  private void fill(
      long[][] indices,
      float[][] weights,
      int position,
      double source,
      long size,
      double stretch,
      int reach) {
    long first = (long) Math.floor(source) - reach + 1;
    double total = 0;
    double[] kernel = new double[indices.length];
    for (int tap = 0; tap < kernel.length; tap++) {
      long index = first + tap;
      boolean counts = !excludesOutside || index >= 0 && index < size;
      kernel[tap] = counts ? weight((index - source) / stretch) : 0;
      total += kernel[tap];
      indices[tap][position] = clamp(index, size);
    }
    for (int tap = 0; tap < kernel.length; tap++) {
      weights[tap][position] = (float) (kernel[tap] / total);
    }
  }

  private double weight(double distance) {
    double d = Math.abs(distance);
    if (mode.equals("linear")) {
      return Math.max(0, 1 - d);
    }
    if (d <= 1) {
      return ((cubicA + 2) * d - (cubicA + 3)) * d * d + 1;
    }
    return d < 2 ? (((d - 5) * d + 8) * d - 4) * cubicA : 0;
  }

  private static long clamp(long index, long size) {
    return Math.min(Math.max(index, 0), size - 1);
  }

  private double source(
      int position, long size, long target, double scale, double start, double end) {
    return switch (coordinates) {
      case "half_pixel" -> (position + 0.5) / scale - 0.5;
      case "half_pixel_symmetric" -> {
        // The result is centred on the image even when its size was rounded.
        double adjustment = target / (scale * size);
        double offset = size / 2.0 * (1 - adjustment);
        yield offset + (position + 0.5) / scale - 0.5;
      }
      case "pytorch_half_pixel" -> target > 1 ? (position + 0.5) / scale - 0.5 : 0;
      case "align_corners" -> target == 1 ? 0 : position * (size - 1.0) / (target - 1.0);
      case "asymmetric" -> position / scale;
      case "tf_crop_and_resize" ->
          target > 1
              ? start * (size - 1) + position * (end - start) * (size - 1) / (target - 1)
              : 0.5 * (start + end) * (size - 1);
      default -> throw new UnsupportedNode("coordinates of mode \"" + coordinates + "\"");
    };
  }

  private long nearest(double source) {
    return switch (rounding) {
      case "floor" -> (long) Math.floor(source);
      case "ceil" -> (long) Math.ceil(source);
      case "round_prefer_ceil" -> (long) Math.floor(source + 0.5);
      default -> (long) Math.ceil(source - 0.5);
    };
  }
}
