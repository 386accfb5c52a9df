package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Which of two neighbours Interpolate takes. OpenVINO's "simple" has no equal in ONNX: it takes the
 * upper one along axes that shrink and the lower one along those that grow.
 */
final class NearestMode {
  private NearestMode() {}

  /**
   * @param mode of the interpolation; the word has a meaning for the nearest one alone
   * @param sizes values of the wanted lengths; empty where {@code scales} are given
   */
  static String of(LayerContext layer, String mode, long[] axes, String sizes, String scales) {
    String word = layer.data.word("nearest_mode", "round_prefer_floor");
    return switch (word) {
      case "round_prefer_floor", "round_prefer_ceil", "floor", "ceil" -> word;
      case "simple" -> mode.equals("nearest") ? simple(layer, axes, sizes, scales) : "floor";
      default -> throw new InexpressibleLayerException("its nearest_mode is " + word);
    };
  }

  private static String simple(LayerContext layer, long[] axes, String sizes, String scales) {
    @Nullable Tensor wanted = layer.graph().knownOf(sizes.isEmpty() ? scales : sizes);
    if (wanted == null || wanted.size() != axes.length) {
      throw unknown();
    }
    boolean grows = false;
    boolean shrinks = false;
    for (int index = 0; index < axes.length; index++) {
      double now = 1;
      if (!sizes.isEmpty()) {
        int axis = LayerContext.axis(axes[index], layer.rank(0));
        now = padded(layer, axis);
      }
      grows |= wanted.doubleAt(index) > now;
      shrinks |= wanted.doubleAt(index) < now;
    }
    if (grows && shrinks) {
      throw new InexpressibleLayerException(
          "its nearest_mode is simple, and it grows along one axis and shrinks along another");
    }
    return shrinks ? "ceil" : "floor";
  }

  private static long padded(LayerContext layer, int axis) {
    long length = layer.shape(0).get(axis).lengthOrMinusOne();
    if (length < 0) {
      throw unknown();
    }
    long[] begin = layer.data.integers("pads_begin", new long[0]);
    long[] end = layer.data.integers("pads_end", new long[0]);
    return length + (axis < begin.length ? begin[axis] : 0) + (axis < end.length ? end[axis] : 0);
  }

  private static InexpressibleLayerException unknown() {
    return new InexpressibleLayerException(
        "its nearest_mode is simple, and whether it grows or shrinks is not known before it runs");
  }
}
